import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURRENT, kitInput, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { launchStackUrl } from './launch-stack.ts';

/** The console's reading: a route, and parameters in the fragment. */
function parse(link: string | null) {
  const url = new URL(link ?? 'about:blank');
  const [route, query] = url.hash.split('?');
  return {
    page: `${url.origin}${url.pathname}${url.search}`,
    route,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

describe('the launch-stack link', () => {
  test('opens the review page of the Region with every parameter filled in', () => {
    expect(parse(launchStackUrl(kitInput({ externalIds: [CURRENT, SUCCESSOR] })))).toEqual({
      page: 'https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1',
      route: '#/stacks/create/review',
      query: {
        templateURL: 'https://acme.s3.eu-west-1.amazonaws.com/countersign.yaml',
        stackName: 'acme-access',
        param_ExternalId: `${CURRENT},${SUCCESSOR}`,
        param_VendorAccountId: '012345670123',
        param_RoleName: 'acme-access',
        param_RolePath: '/',
      },
    });
  });

  test.each([
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn'],
    ['aws', 'ap-southeast-2', 'https://ap-southeast-2.console.aws.amazon.com'],
  ])('leads to the console of the partition %s', (partition, region, origin) => {
    expect(parse(launchStackUrl(kitInput({ vendor: { partition }, region }))).page).toBe(
      `${origin}/cloudformation/home?region=${region}`,
    );
  });

  test.each([
    ['aws', 'evil.example/'],
    ['aws', 'eu-west-1.evil.example#-1'],
    ['aws', 'cn-north-1'],
    ['aws-cn', 'eu-west-1'],
    ['aws-iso', 'us-iso-east-1'],
    ['aws', ''],
  ])('is not written for the partition %s with the Region %j', (partition, region) => {
    expect(launchStackUrl(kitInput({ vendor: { partition }, region }))).toBeNull();
  });

  test('is not written without a published template', () => {
    expect(launchStackUrl(kitInput({ templateUrl: null }))).toBeNull();
  });

  test('is written up to 1,024 characters and not beyond', () => {
    const link = (length: number) => launchStackUrl(kitInput({ templateUrl: 'x'.repeat(length) }));
    const room = 1024 - (link(0)?.length ?? 0);
    expect(link(room)).toHaveLength(1024);
    expect(link(room + 1)).toBeNull();
  });

  test('any text comes out of the link as it went in', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const link = launchStackUrl(input);
        fc.pre(link !== null);
        expect(link).toMatch(/^[^\s'"<>`\\]*$/);
        const { query } = parse(link);
        expect(query).toMatchObject({
          param_ExternalId: input.externalIds.join(','),
          param_RoleName: input.role.name,
          param_RolePath: input.role.path ?? '/',
        });
        expect(query.stackName).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
      }),
    );
  });
});
