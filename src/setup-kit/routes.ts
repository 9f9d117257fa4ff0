import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { partitionName, requireBroker } from '../broker/partition.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import { problems, profileId, profileName, tenantId } from '../http/schemas.ts';
import { describePermissions } from '../profiles/describe-permissions.ts';
import { ARTIFACT_NAMES, type ArtifactName, mediaTypeOf, renderArtifact } from './artifacts/artifacts.ts';
import { renderSharedTemplate } from './cloudformation/cloudformation.ts';
import { buildLaunchStackUrl } from './cloudformation/launch-stack.ts';
import { getSetupKit, getSharedSetupKit } from './get-setup-kit.ts';
import type { TenantSetupKit } from './setup-kit.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

/** A policy document. */
const policy = z.record(z.string(), z.unknown());

const setupKit = z
  .object({
    tenantId,
    externalId: z.uuid().meta({
      description: 'The external ID that the role must require. Countersign issues it; it cannot be chosen.',
    }),
    vendor: z.object({
      accountId: z.string(),
      partition: z.string(),
      brokerRoleArn: z.string().nullable(),
    }),
    trustPolicy: policy.meta({
      description: 'The complete trust policy for the role. During a rotation, it lists both external IDs.',
    }),
    role: z.object({ name: z.string(), maxSessionDurationSeconds: z.number().int() }),
    profile: z.object({ name: z.string(), description: z.string().nullable() }).nullable().meta({
      description: 'The access profile. null: the kit has the default permissions of the installation.',
    }),
    permissions: z.object({
      managedPolicyArns: z.array(z.string()),
      inlinePolicy: policy.nullable(),
      summary: z
        .array(z.string())
        .meta({ description: 'What the policies grant: managed policies, and actions grouped by service.' }),
    }),
    launchStackUrl: z.string().nullable(),
    artifacts: z.array(z.object({ name: z.enum(ARTIFACT_NAMES), mediaType: z.string(), url: z.string() })),
  })
  .meta({ id: 'SetupKit' });

const params = z.object({ tenantId });
const partition = partitionName.optional().meta({
  description: "AWS partition of the role. Default: the vendor's main partition.",
});
const querystring = z.strictObject({
  partition,
  profile: profileName.optional().meta({
    description:
      'Access profile whose permissions the role gets. Default: the permissions of the installation.',
  }),
});
const tags = ['Setup kit'];
const file = { schema: z.string().meta({ description: 'The file, as UTF-8 text.' }) };

/** Describes the response of a download by media type. A JSON artifact is described as an object. */
function download(names: readonly ArtifactName[]) {
  const types = [...new Set(names.map(mediaTypeOf))];
  const content = types.map(
    (type) => [type, type === 'application/json' ? { schema: policy } : file] as const,
  );
  return { description: 'The file, as a download.', content: Object.fromEntries(content) };
}

/** The query of the artifacts of a kit. The main partition needs none. */
function queryOf(kit: TenantSetupKit, { config }: Pick<Deps, 'config'>): string {
  const { partition } = kit.vendor;
  const query = new URLSearchParams({
    ...(kit.profile && { profile: kit.profile.name }),
    ...(partition !== requireBroker(config, null).partition && { partition }),
  });
  return query.size === 0 ? '' : `?${query}`;
}

function toBody(kit: TenantSetupKit, deps: Deps) {
  const query = queryOf(kit, deps);
  const { name, maxSessionDurationSeconds } = kit.role;
  const { accountId, partition, brokerRoleArn } = kit.vendor;
  const { managedPolicyArns, inlinePolicy } = kit.permissions;
  return {
    tenantId: kit.tenantId,
    externalId: kit.externalIds[0],
    vendor: { accountId, partition, brokerRoleArn },
    trustPolicy: { ...buildTrustPolicy(kit) },
    role: { name, maxSessionDurationSeconds },
    profile: kit.profile,
    permissions: {
      managedPolicyArns: [...managedPolicyArns],
      inlinePolicy: inlinePolicy && { ...inlinePolicy },
      summary: describePermissions(kit.permissions),
    },
    launchStackUrl: buildLaunchStackUrl(kit),
    artifacts: ARTIFACT_NAMES.map((artifact) => ({
      name: artifact,
      mediaType: mediaTypeOf(artifact),
      url: `${deps.baseUrl()}/v1/tenants/${kit.tenantId}/setup/${artifact}${query}`,
    })),
  };
}

export function setupKitRoutes(app: App, deps: Deps): void {
  getProfileTemplateRoute(app, deps);
  getSetupKitRoute(app, deps);
  getArtifactRoute(app, deps);
}

function getProfileTemplateRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/profiles/:profileId/template',
    config: { access: 'profiles:manage' },
    schema: {
      summary:
        "Download an access profile's CloudFormation template, which you publish for its launch-stack link",
      description:
        'The template contains no tenant and no external ID: the link supplies them. Publish it in S3 and set templateUrl of the profile to its address. Publish it again after each change of the profile. Each AWS partition needs a template of its own, in S3 of that partition.',
      tags: ['Access profiles'],
      params: z.object({ profileId }),
      querystring: z.strictObject({ partition }),
      response: { 200: download(['cloudformation.yaml']), ...problems },
    },
    handler: async (request, reply) => {
      const { partition = null } = request.query;
      const kit = await getSharedSetupKit(deps, { ...request.params, partition });
      return sendFile(reply, 'cloudformation.yaml', renderSharedTemplate(kit));
    },
  });
}

function getSetupKitRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/setup',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Read the setup kit: everything that the customer needs to create the role',
      tags,
      params,
      querystring,
      response: { 200: setupKit, ...problems },
    },
    handler: async (request) => {
      const { partition = null, profile = null } = request.query;
      const principal = principalOf(request);
      const kit = await getSetupKit(deps, { principal, ...request.params, profile, partition });
      return toBody(kit, deps);
    },
  });
}

function getArtifactRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/setup/:artifact',
    config: { access: 'tenants:read' },
    schema: {
      summary: 'Download one artifact of the setup kit',
      tags,
      params: z.object({ tenantId, artifact: z.string().meta({ enum: [...ARTIFACT_NAMES] }) }),
      querystring,
      response: { 200: download(ARTIFACT_NAMES), ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId } = request.params;
      const artifact = ARTIFACT_NAMES.find((name) => name === request.params.artifact);
      if (!artifact) throw notFound();
      const { partition = null, profile = null } = request.query;
      const kit = await getSetupKit(deps, { principal: principalOf(request), tenantId, profile, partition });
      return sendFile(reply, artifact, renderArtifact(artifact, kit));
    },
  });
}

function sendFile(reply: FastifyReply, name: ArtifactName, text: string) {
  return reply
    .type(`${mediaTypeOf(name)}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}"`)
    .serializer((payload: unknown) => String(payload))
    .send(text);
}
