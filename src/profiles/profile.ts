import { escapeNonAscii } from '../lib/ascii-json.ts';

export type Policy = Record<string, unknown>;

/** What a profile lets be done: by the customer's role, and by a worker's session of it. */
export interface ProfileSettings {
  /** What it is for, in the vendor's own plain words; customers read it. */
  description: string | null;
  /** The name of the role in the setup kit; null: the installation's. */
  roleName: string | null;
  /** Where the vendor published this profile's CloudFormation template; null: no launch-stack link. */
  templateUrl: string | null;
  /** Managed policies that the customer's role gets. */
  managedPolicyArns: readonly string[];
  /** The inline policy that the customer's role gets. */
  inlinePolicy: Policy | null;
  /** Session policies of workers: the session may do what the role and these both allow. */
  sessionPolicy: Policy | null;
  sessionPolicyArns: readonly string[];
  /** The longest session that a worker gets, in seconds: 900 to 3600. */
  maxDurationSeconds: number;
  /** Whether sessions carry the IDs of tenant and worker as tags (needs `sts:TagSession` in the customer's role). */
  sessionTags: boolean;
  /** Whether sessions carry the worker as source identity (needs `sts:SetSourceIdentity` there). */
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

/** A policy as it is stored and sent: JSON without white space, in ASCII, which both IAM and STS take. */
export const serializePolicy = (policy: Policy): string => escapeNonAscii(JSON.stringify(policy));

/** The profile as the API shows it. */
export function toProfileBody({ createdAt, updatedAt, ...profile }: AccessProfile) {
  return {
    ...profile,
    managedPolicyArns: [...profile.managedPolicyArns],
    sessionPolicyArns: [...profile.sessionPolicyArns],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
