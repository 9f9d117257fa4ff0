export type { ApiKey, CreateApiKeyInput, CreatedApiKey, ListApiKeysInput } from './api/api-keys.ts';
export type { AuditCheckpoint, AuditEvent, ExportAuditInput, ListAuditEventsInput } from './api/audit.ts';
export type {
  ConnectLink,
  CreateConnectLinkInput,
  CreatedConnectLink,
  ListConnectLinksInput,
} from './api/connect-links.ts';
export type {
  AccountOutcome,
  Connection,
  ListConnectionsInput,
  RegisterAccountsInput,
  RegisterConnectionInput,
  StartVerificationRunInput,
  UpdateConnectionInput,
  Verification,
  VerificationRun,
} from './api/connections.ts';
export type {
  ContainerCredentials,
  ContainerCredentialsInput,
  Credentials,
  IssueCredentialsInput,
} from './api/credentials.ts';
export type { ExternalId } from './api/external-ids.ts';
export type { Page } from './api/pages.ts';
export type {
  AccessProfile,
  CreateProfileInput,
  ListProfilesInput,
  ProfileTemplateInput,
  UpdateProfileInput,
} from './api/profiles.ts';
export type { Broker } from './api/service.ts';
export type { SetupArtifact, SetupInput, SetupKit } from './api/setup.ts';
export type {
  CreateTenantInput,
  CreateTenantTokenInput,
  ListTenantsInput,
  Tenant,
  TenantToken,
  UpdateTenantInput,
} from './api/tenants.ts';
export type {
  CreateTokenRevocationInput,
  ListTokenRevocationsInput,
  TokenRevocation,
} from './api/token-revocations.ts';
export type { CheckTrustPolicyInput, TrustPolicyCheck } from './api/trust-policies.ts';
export { type CountersignClient, createClient } from './client.ts';
export {
  type ClientErrorCode,
  CountersignError,
  type CountersignErrorInit,
  type ErrorCode,
  type InvalidInput,
  type ProblemCode,
} from './error.ts';
export type { ClientOptions, RequestOptions } from './http/send.ts';
export type { CountersignCredentialIdentity } from './provider/fetch-credentials.ts';
export {
  type CountersignCredentialProvider,
  type FromCountersignInit,
  fromCountersign,
} from './provider/from-countersign.ts';
