import { z } from 'zod';
import { PARTITIONS } from '../aws/arn.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { invalidRequest, notFound } from '../http/problem.ts';
import { problems, profileId, profileName, tenantId } from '../http/schemas.ts';
import { describePermissions } from '../profiles/describe.ts';
import { ARTIFACT_NAMES, type ArtifactName, mediaType, render } from './artifacts.ts';
import { renderSharedTemplate } from './cloudformation.ts';
import { getSetupKit, getSharedKit } from './get.ts';
import { launchStackUrl } from './launch-stack.ts';
import type { KitInput } from './setup-kit.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

const json = z.record(z.string(), z.any());

const setupKit = z
  .object({
    tenantId,
    externalId: z.uuid().meta({ description: 'What the role must demand. Issued; it cannot be chosen.' }),
    vendor: z.object({
      accountId: z.string(),
      partition: z.string(),
      brokerRoleArn: z.string().nullable(),
    }),
    trustPolicy: json.meta({
      description: 'Ready for the role. It lists both external IDs while a rotation runs.',
    }),
    role: z.object({ name: z.string(), maxSessionDurationSeconds: z.number().int() }),
    profile: z
      .object({ name: z.string(), description: z.string().nullable() })
      .nullable()
      .meta({ description: "The access profile; null: the installation's own permissions." }),
    permissions: z.object({
      managedPolicyArns: z.array(z.string()),
      inlinePolicy: json.nullable(),
      summary: z
        .array(z.string())
        .meta({ description: 'What the policies let the vendor do, in plain sentences.' }),
    }),
    launchStackUrl: z.string().nullable(),
    artifacts: z.array(z.object({ name: z.enum(ARTIFACT_NAMES), mediaType: z.string(), url: z.string() })),
  })
  .meta({ id: 'SetupKit' });

const params = z.object({ tenantId });
const querystring = z.strictObject({
  partition: z.enum(PARTITIONS).optional(),
  profile: profileName.optional().meta({
    description: "Access profile whose permissions the role gets. Left out: the installation's.",
  }),
});
const tags = ['Setup kit'];
const file = { schema: z.string().meta({ description: 'The file, as UTF-8 text.' }) };

/** What the artifacts are sent as: one of them is JSON, which a client may as well parse. */
function asTheyAre(names: readonly ArtifactName[]) {
  const types = [...new Set(names.map(mediaType))];
  const content = types.map((type) => [type, type === 'application/json' ? { schema: json } : file] as const);
  return { description: 'The file, as a download.', content: Object.fromEntries(content) };
}

function toBody(kit: KitInput, baseUrl: string) {
  const query = kit.profile === null ? '' : `?profile=${kit.profile.name}`;
  const { name, maxSessionDurationSeconds } = kit.role;
  const { accountId, partition, brokerRoleArn } = kit.vendor;
  return {
    tenantId: kit.tenantId,
    externalId: kit.externalIds[0],
    vendor: { accountId, partition, brokerRoleArn },
    trustPolicy: { ...buildTrustPolicy(kit) },
    role: { name, maxSessionDurationSeconds },
    profile: kit.profile,
    permissions: {
      managedPolicyArns: [...kit.permissions.managedPolicyArns],
      inlinePolicy: kit.permissions.inlinePolicy as Record<string, unknown> | null,
      summary: describePermissions(kit.permissions),
    },
    launchStackUrl: launchStackUrl(kit),
    artifacts: ARTIFACT_NAMES.map((artifact) => ({
      name: artifact,
      mediaType: mediaType(artifact),
      url: `${baseUrl}/v1/tenants/${kit.tenantId}/setup/${artifact}${query}`,
    })),
  };
}

/** There is one partition; asking for another is an error, never silently something else. */
function assertPartition(asked: string | undefined, kit: KitInput): void {
  if (asked !== undefined && asked !== kit.vendor.partition) {
    throw invalidRequest([
      { path: 'partition', message: `must be ${kit.vendor.partition}, the vendor's only partition` },
    ]);
  }
}

export function setupKitRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/profiles/:profileId/template',
    config: { access: 'profiles:manage' },
    schema: {
      summary:
        "Download an access profile's CloudFormation template, to be published for its launch-stack link",
      description:
        'It names no tenant and no external ID: those come with the link. Publish it in S3, and set templateUrl of the profile to where it lies; anew after each change of the profile.',
      tags: ['Access profiles'],
      params: z.object({ profileId }),
      querystring: z.strictObject({}),
      response: { 200: asTheyAre(['cloudformation.yaml']), ...problems },
    },
    handler: async (request, reply) => {
      const kit = await getSharedKit(deps, request.params);
      return reply
        .type(`${mediaType('cloudformation.yaml')}; charset=utf-8`)
        .header('content-disposition', 'attachment; filename="cloudformation.yaml"')
        .serializer((text: unknown) => String(text))
        .send(renderSharedTemplate(kit));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/setup',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read the setup kit: all that the customer needs to create the role',
      tags,
      params,
      querystring,
      response: { 200: setupKit, ...problems },
    },
    handler: async (request) => {
      const { partition, profile = null } = request.query;
      const kit = await getSetupKit(deps, { principal: principalOf(request), ...request.params, profile });
      assertPartition(partition, kit);
      return toBody(kit, deps.baseUrl());
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/setup/:artifact',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Download one artifact of the setup kit',
      tags,
      params: z.object({ tenantId, artifact: z.string().meta({ enum: [...ARTIFACT_NAMES] }) }),
      querystring,
      response: { 200: asTheyAre(ARTIFACT_NAMES), ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      const artifact = ARTIFACT_NAMES.find((name) => name === request.params.artifact);
      if (!artifact) throw notFound();
      const { partition, profile = null } = request.query;
      const kit = await getSetupKit(deps, { principal: principalOf(request), tenantId, profile });
      assertPartition(partition, kit);
      return reply
        .type(`${mediaType(artifact)}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="${artifact}"`)
        .serializer((text: unknown) => String(text))
        .send(render(artifact, kit));
    },
  });
}
