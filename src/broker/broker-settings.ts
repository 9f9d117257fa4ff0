/** A role that AWS is expected to let the broker assume. */
export interface Witness {
  roleArn: string;
  externalId: string;
}

/** The attributes that the broker's own session carries into every role that it assumes (IAM User Guide, "Pass session tags"). */
export const SESSION_ATTRIBUTE_KINDS = ['none', 'tags', 'source-identity', 'both'] as const;

export type SessionAttributeKind = (typeof SESSION_ATTRIBUTE_KINDS)[number];

/** One broker as configured: there is one for each AWS partition, since partitions do not assume into each other. */
export interface BrokerSettings {
  partition: string;
  /** The vendor's account in this partition. */
  accountId: string;
  /** The Region whose STS is called. */
  region: string;
  /** The role that the broker's credentials belong to; null: trust policies are not narrowed to it. */
  brokerRoleArn: string | null;
  /** The profile of the AWS shared configuration files that has the credentials; null: the SDK's own chain. */
  profile: string | null;
  canary: Witness | null;
  sessionAttributes: SessionAttributeKind;
  /** URL of the published CloudFormation template with this broker and the installation's permissions; null: none. */
  templateUrl: string | null;
  /** URL of another STS endpoint; null: as the SDK finds it. */
  stsEndpoint: string | null;
}
