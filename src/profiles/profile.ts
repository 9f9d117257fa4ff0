import { escapeNonAscii } from '../lib/ascii-json.ts';

export type Policy = Record<string, unknown>;

/** The permissions that the customer's role grants, and the part of them that a worker's session may use. */
export interface ProfileSettings {
  /** The profile's purpose, written by the vendor and shown to customers. */
  description: string | null;
  /** Name of the role in the setup kit; null: the installation's role name. */
  roleName: string | null;
  /** URL of the profile's CloudFormation template that the vendor published; null: no launch-stack link. */
  templateUrl: string | null;
  /** Managed policies of the customer's role. */
  managedPolicyArns: readonly string[];
  /** Inline policy of the customer's role. */
  inlinePolicy: Policy | null;
  /** A session may do what both the role and its session policies allow. */
  sessionPolicy: Policy | null;
  sessionPolicyArns: readonly string[];
  /** Longest session that a worker gets: 900 to 3600. */
  maxDurationSeconds: number;
  /** Adds the IDs of tenant and worker as session tags; the customer's role must allow `sts:TagSession`. */
  sessionTags: boolean;
  /** Sets the worker as source identity; the customer's role must allow `sts:SetSourceIdentity`. */
  sourceIdentity: boolean;
}

export interface AccessProfile extends ProfileSettings {
  id: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

export const DEFAULT_SETTINGS: ProfileSettings = {
  description: null,
  roleName: null,
  templateUrl: null,
  managedPolicyArns: [],
  inlinePolicy: null,
  sessionPolicy: null,
  sessionPolicyArns: [],
  maxDurationSeconds: 3600,
  sessionTags: false,
  sourceIdentity: false,
};

/** Serializes a policy for storage and for AWS: JSON without white space, in ASCII, which IAM and STS accept. */
export const serializePolicy = (policy: Policy): string => escapeNonAscii(JSON.stringify(policy));

/** Returns the profile as the API shows it. */
export function toProfileBody({ createdAt, updatedAt, ...profile }: AccessProfile) {
  return {
    ...profile,
    managedPolicyArns: [...profile.managedPolicyArns],
    sessionPolicyArns: [...profile.sessionPolicyArns],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
