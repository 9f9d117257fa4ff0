import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adversarialKit, CURRENT, createSetupKit, SUCCESSOR } from '../setup-kit.fixture.ts';
import { buildLaunchStackUrl } from './launch-stack.ts';

/** Parses a link as the console does: the fragment contains the route and the parameters. */
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
  test('opens the review page in the Region with all parameters filled in', () => {
    expect(parse(buildLaunchStackUrl(createSetupKit({ externalIds: [CURRENT, SUCCESSOR] })))).toEqual({
      page: 'https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1',
      route: '#/stacks/create/review',
      query: {
        templateURL: 'https://acme.s3.eu-west-1.amazonaws.com/countersign.yaml',
        stackName: 'acme-access',
        param_ExternalId: `${CURRENT},${SUCCESSOR}`,
        param_RoleName: 'acme-access',
        param_RolePath: '/',
      },
    });
  });

  test.each([
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn'],
    ['aws-eusc', 'eusc-de-east-1', 'https://eusc-de-east-1.console.amazonaws-eusc.eu'],
    ['aws', 'ap-southeast-2', 'https://ap-southeast-2.console.aws.amazon.com'],
  ])('opens the console of the partition %s', (partition, region, origin) => {
    expect(parse(buildLaunchStackUrl(createSetupKit({ vendor: { partition }, region }))).page).toBe(
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
  ])('is null for the partition %s with the Region %j', (partition, region) => {
    expect(buildLaunchStackUrl(createSetupKit({ vendor: { partition }, region }))).toBeNull();
  });

  test('is null without a published template', () => {
    expect(buildLaunchStackUrl(createSetupKit({ templateUrl: null }))).toBeNull();
  });

  test('has at most 1,024 characters, or is null', () => {
    const linkWithTemplateUrl = (length: number) =>
      buildLaunchStackUrl(createSetupKit({ templateUrl: 'x'.repeat(length) }));
    const available = 1024 - (linkWithTemplateUrl(0)?.length ?? 0);
    expect(linkWithTemplateUrl(available)).toHaveLength(1024);
    expect(linkWithTemplateUrl(available + 1)).toBeNull();
  });

  test('contains every adversarial text exactly as it was given', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const link = buildLaunchStackUrl(kit);
        fc.pre(link !== null);
        expect(link).toMatch(/^[^\s'"<>`\\]*$/);
        const { query } = parse(link);
        expect(query).toMatchObject({
          param_ExternalId: kit.externalIds.join(','),
          param_RoleName: kit.role.name,
          param_RolePath: kit.role.path ?? '/',
        });
        expect(query.stackName).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
      }),
    );
  });
});
