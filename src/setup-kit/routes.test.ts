import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createProfile,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { ARTIFACT_NAMES } from './artifacts.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

/** What the OpenAPI document says that a path answers with. */
async function documented(path: string): Promise<string[]> {
  const { body } = await service.as(null).get('/openapi.json');
  return Object.keys(body.paths[path].get.responses[200].content);
}

test('every artifact is a download of a media type that the OpenAPI document names, and it names no other', async () => {
  const { path } = await createTenant(service);
  const sent = new Set<string>();
  for (const name of ARTIFACT_NAMES) {
    const { status, headers } = await service.admin.get(`${path}/setup/${name}`);
    expect([status, headers['content-disposition']]).toEqual([200, `attachment; filename="${name}"`]);
    const [type, charset] = headers['content-type']?.split('; ') ?? [];
    expect(charset).toBe('charset=utf-8');
    sent.add(type as string);
  }
  expect(await documented('/v1/tenants/{tenantId}/setup/{artifact}')).toEqual([...sent]);
});

test("so is an access profile's template", async () => {
  const { id } = await createProfile(service);
  const { headers } = await service.admin.get(`/v1/profiles/${id}/template`);
  const [type] = headers['content-type']?.split('; ') ?? [];
  expect(await documented('/v1/profiles/{profileId}/template')).toEqual([type]);
});
