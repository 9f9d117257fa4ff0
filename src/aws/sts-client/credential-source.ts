import type { STSClient } from '@aws-sdk/client-sts';

/** Where the broker's credentials come from. It holds no key. */
export interface CredentialSource {
  /** For people, such as "environment variables". */
  name: string;
  /** When these credentials end; null: they do not end by themselves. The SDK renews them before. */
  expiresAt: Date | null;
}

/** The SDK's names of its credential providers; the later ones of a list are nearer to the credentials. */
const SOURCES: Record<string, string> = {
  CREDENTIALS_CODE: 'code',
  CREDENTIALS_ENV_VARS: 'environment variables',
  CREDENTIALS_PROFILE: 'a profile of the shared AWS files',
  CREDENTIALS_PROFILE_SOURCE_PROFILE: 'a profile of the shared AWS files with source_profile',
  CREDENTIALS_PROFILE_NAMED_PROVIDER: 'a profile of the shared AWS files with credential_source',
  CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN: 'a web identity token file (profile)',
  CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: 'a web identity token file (environment variables)',
  CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: 'a web identity token file',
  CREDENTIALS_STS_ASSUME_ROLE: 'a role assumed by a profile of the shared AWS files',
  CREDENTIALS_PROFILE_PROCESS: 'a credential_process',
  CREDENTIALS_PROCESS: 'a credential_process',
  CREDENTIALS_PROFILE_SSO: 'IAM Identity Center (profile)',
  CREDENTIALS_PROFILE_SSO_LEGACY: 'IAM Identity Center (profile)',
  CREDENTIALS_SSO: 'IAM Identity Center',
  CREDENTIALS_SSO_LEGACY: 'IAM Identity Center',
  CREDENTIALS_PROFILE_LOGIN: 'aws login (profile)',
  CREDENTIALS_LOGIN: 'aws login',
  CREDENTIALS_HTTP: 'the container credentials endpoint (ECS or EKS Pod Identity)',
};

/** The only provider of the SDK's chain that does not report itself. */
const UNREPORTED_SOURCE = 'the instance metadata service (EC2)';

/** Looks up the credentials of a client and reports their source. Rejects as the lookup does. */
export async function readCredentialSource({ config }: STSClient): Promise<CredentialSource> {
  const credentials = await config.credentials({});
  const { $source: providers = {} } = credentials as { $source?: Record<string, unknown> };
  const provider = Object.keys(SOURCES).findLast((name) => providers[name] !== undefined);
  return {
    name: SOURCES[provider ?? ''] ?? UNREPORTED_SOURCE,
    expiresAt: credentials.expiration ?? null,
  };
}
