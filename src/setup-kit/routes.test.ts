import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createProfile,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { ARTIFACT_NAMES } from './artifacts/artifacts.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** The media types that the OpenAPI document lists for the response of a path. */
async function documentedMediaTypes(path: string): Promise<string[]> {
  const { body } = await service.as(null).get('/openapi.json');
  return Object.keys(body.paths[path].get.responses[200].content);
}

test('the OpenAPI document lists exactly the media type of each artifact, which is a download', async () => {
  const { path } = await createTenant(service);
  for (const name of ARTIFACT_NAMES) {
    const { status, headers } = await service.admin.get(`${path}/setup/${name}`);
    expect([status, headers['content-disposition']]).toEqual([200, `attachment; filename="${name}"`]);
    const [type, charset] = headers['content-type']?.split('; ') ?? [];
    expect(charset).toBe('charset=utf-8');
    expect(await documentedMediaTypes(`/v1/tenants/{tenantId}/setup/${name}`)).toEqual([type]);
  }
});

test("the OpenAPI document lists the media type of an access profile's template", async () => {
  const { id } = await createProfile(service);
  const { headers } = await service.admin.get(`/v1/profiles/${id}/template`);
  const [type] = headers['content-type']?.split('; ') ?? [];
  expect(await documentedMediaTypes('/v1/profiles/{profileId}/template')).toEqual([type]);
});
