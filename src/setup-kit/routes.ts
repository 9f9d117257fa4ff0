import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { policyDocument } from '../aws/iam-schemas.ts';
import { partitionName, requireBroker } from '../broker/partition.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { profileId, profileName, tenantId } from '../http/schemas.ts';
import { describePermissions } from '../profiles/describe-permissions.ts';
import { ARTIFACT_OPERATIONS, EXAMPLE_SETUP_KIT } from './artifacts/artifact-operations.ts';
import { ARTIFACT_NAMES, type ArtifactName, mediaTypeOf, renderArtifact } from './artifacts/artifacts.ts';
import { renderSharedTemplate } from './cloudformation/cloudformation.ts';
import { buildLaunchStackUrl } from './cloudformation/launch-stack.ts';
import { getSetupKit, getSharedSetupKit } from './get-setup-kit.ts';
import type { TenantSetupKit } from './setup-kit.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

const setupKit = z
  .object({
    tenantId,
    externalId: z.uuid().meta({
      description: 'The external ID that the role must require. Countersign issues it; it cannot be chosen.',
    }),
    vendor: z
      .object({
        accountId: z.string(),
        partition: z.string(),
        brokerRoleArn: z.string().nullable(),
      })
      .meta({ id: 'SetupKitVendor', description: 'Who may assume the role.' }),
    trustPolicy: policyDocument.meta({
      description: 'The complete trust policy for the role. During a rotation, it lists both external IDs.',
    }),
    role: z
      .object({ name: z.string(), maxSessionDurationSeconds: z.number().int() })
      .meta({ id: 'SetupKitRole', description: 'The role to create.' }),
    profile: z
      .object({ name: z.string(), description: z.string().nullable() })
      .meta({ id: 'SetupKitProfile' })
      .nullable()
      .meta({
        description: 'The access profile. null: the kit has the default permissions of the installation.',
      }),
    permissions: z
      .object({
        managedPolicyArns: z.array(z.string()),
        inlinePolicy: policyDocument.nullable(),
        summary: z.array(z.string()).meta({
          description: 'What the policies grant: managed policies, and actions grouped by service.',
        }),
      })
      .meta({ id: 'SetupKitPermissions', description: 'The policies of the role.' }),
    launchStackUrl: z.string().nullable().meta({
      description: 'Opens the CloudFormation console with the published template; null: none is published.',
    }),
    artifacts: z
      .array(
        z
          .object({
            name: z.enum(ARTIFACT_NAMES),
            mediaType: z.string().meta({ description: 'The media type of the download.' }),
            url: z.string(),
          })
          .meta({ id: 'SetupKitArtifact' }),
      )
      .meta({ description: 'The files of the kit.' }),
  })
  .meta({
    id: 'SetupKit',
    description: 'Everything that the customer needs to create the role.',
    examples: [EXAMPLE_SETUP_KIT],
  });

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

/** Describes the response of a download. */
function download(name: ArtifactName, example: unknown) {
  const mediaType = mediaTypeOf(name);
  const schema = mediaType === 'application/json' ? policyDocument : z.string();
  return {
    description: 'The file, as a download in UTF-8.',
    headers: {
      'content-disposition': {
        description: 'The name of the file.',
        schema: { type: 'string', examples: [`attachment; filename="${name}"`] },
      },
    },
    content: { [mediaType]: { schema, example } },
  };
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
  for (const name of ARTIFACT_NAMES) getArtifactRoute(app, deps, name);
}

function getProfileTemplateRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/profiles/:profileId/template',
    config: { access: 'profiles:manage' },
    schema: {
      operationId: 'getProfileTemplate',
      summary: "Download an access profile's CloudFormation template",
      description:
        'You publish it for the launch-stack link of the profile. The template contains no tenant and no external ID: the link supplies them. Publish it in S3 and set templateUrl of the profile to its address. Publish it again after each change of the profile. Each AWS partition needs a template of its own, in S3 of that partition.',
      tags: ['Access profiles'],
      params: z.object({ profileId }),
      querystring: z.strictObject({ partition }),
      response: { 200: download('cloudformation.yaml', ARTIFACT_OPERATIONS['cloudformation.yaml'].example) },
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
      operationId: 'getSetupKit',
      summary: 'Get the setup kit: everything that the customer needs to create the role',
      description:
        'During a rotation, its trust policy lists both external IDs. Each artifact can be downloaded by an operation of its own.',
      tags,
      params,
      querystring,
      response: { 200: setupKit },
      problems: ['tenant_not_active'],
    },
    handler: async (request) => {
      const { partition = null, profile = null } = request.query;
      const principal = principalOf(request);
      const kit = await getSetupKit(deps, { principal, ...request.params, profile, partition });
      return toBody(kit, deps);
    },
  });
}

/**
 * One operation for each artifact: clients generated from the OpenAPI document decode a response by the one media type
 * that it can have.
 */
function getArtifactRoute(app: App, deps: Deps, name: ArtifactName): void {
  const { operationId, summary, description, example } = ARTIFACT_OPERATIONS[name];
  app.route({
    method: 'GET',
    url: `/v1/tenants/:tenantId/setup/${name}`,
    config: { access: 'tenants:read' },
    schema: {
      operationId,
      summary,
      description,
      tags,
      params,
      querystring,
      response: { 200: download(name, example) },
      problems: ['tenant_not_active'],
    },
    handler: async (request, reply) => {
      const { partition = null, profile = null } = request.query;
      const principal = principalOf(request);
      const kit = await getSetupKit(deps, { principal, ...request.params, profile, partition });
      return sendFile(reply, name, renderArtifact(name, kit));
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
