import { trustPolicyDocument } from '../setup-kit/trust-policy-document.ts';
import type { CallerPrincipal } from '../trust-policy/request-keys.ts';

/** JSON of a policy as it was written. */
export type Raw = Record<string, unknown>;

/** What an access profile asks of a trust policy besides `sts:AssumeRole`. */
export type FurtherAction = 'sts:TagSession' | 'sts:SetSourceIdentity';

/** For whom a policy is checked. */
export interface Subject {
  /** In force; the current one first, then the successor of a rotation. */
  externalIds: readonly [string, ...string[]];
  /** Issued to this tenant once, and now tombstones. */
  retired: readonly string[];
  vendor: { name: string; accountId: string; partition: string; brokerRoleArn: string | null };
  needs: readonly FurtherAction[];
  /** Condition keys that our calls have besides those that follow from who calls. */
  context: Readonly<Record<string, string>>;
}

export const rootArn = ({ vendor }: Subject): string =>
  `arn:${vendor.partition}:iam::${vendor.accountId}:root`;

/** Who will call: the broker role where it is known, else the account itself, which every principal of it is under. */
export function brokerOf(subject: Subject): CallerPrincipal {
  const { accountId, partition, brokerRoleArn } = subject.vendor;
  return brokerRoleArn === null
    ? { type: 'root', arn: rootArn(subject), accountId, partition, userId: accountId }
    : { type: 'role', arn: brokerRoleArn, accountId, partition };
}

/** What stands for the IDs in a condition: one as a string, two as a list. */
export const idsValue = ({ externalIds }: Subject): string | string[] =>
  externalIds.length === 1 ? externalIds[0] : [...externalIds];

/** The policy of the setup kit. */
export function kitPolicy(subject: Subject): { Version: string; Statement: [Raw] } {
  const { vendor, needs } = subject;
  const sessionAttributes = {
    sessionTags: needs.includes('sts:TagSession'),
    sourceIdentity: needs.includes('sts:SetSourceIdentity'),
  };
  const { Version, Statement } = trustPolicyDocument(rootArn(subject), idsValue(subject), {
    vendor,
    sessionAttributes,
  });
  return { Version, Statement: [{ ...Statement[0] }] };
}

/** The statement of the kit for a document of this version: before 2012-10-17 `${$}` would be text. */
export function kitStatement(subject: Subject, variables: boolean): Raw {
  const [statement] = kitPolicy(subject).Statement;
  if (variables || subject.vendor.brokerRoleArn === null) return statement;
  return {
    ...statement,
    Condition: {
      StringEquals: { 'sts:ExternalId': idsValue(subject), 'aws:PrincipalArn': subject.vendor.brokerRoleArn },
    },
  };
}

/** `"a"`, or `["a", "b"]`: what a customer writes behind sts:ExternalId. */
export const idsJson = (subject: Subject): string => JSON.stringify(idsValue(subject)).replace(',', ', ');

/** The condition to write, as JSON in one line. */
export const conditionJson = (subject: Subject): string =>
  `"StringEquals": {"sts:ExternalId": ${idsJson(subject)}}`;

export const AN_ID = /^[\w+=,.@:/-]{2,1224}$/;
