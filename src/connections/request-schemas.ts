import { z } from 'zod';
import { PARTITIONS } from '../aws/arn.ts';
import { roleName } from '../aws/iam-schemas.ts';
import { partitionName } from '../broker/partition.ts';
import { name, profileName } from '../http/schemas.ts';

const profile = profileName.meta({ description: 'The access profile that the role is created for.' });

export const registerConnectionRequest = z
  .strictObject({
    roleArn: z
      .string()
      .trim()
      .min(1, 'must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/Name')
      .max(2048, 'must have 2048 characters or fewer')
      .meta({
        description: 'The ARN of an IAM role in an account of the customer. It cannot be changed later.',
        minLength: 20,
        pattern: `^arn:(${PARTITIONS.join('|')}):iam::[0-9]{12}:role/([!-~]+/)?[A-Za-z0-9_+=,.@-]{1,64}$`,
      }),
    name: name.nullish(),
    profile: profile.nullish(),
  })
  .meta({
    id: 'RegisterConnectionRequest',
    examples: [{ roleArn: 'arn:aws:iam::111122223333:role/CountersignAccess', name: 'Production' }],
  });

export const registerAccountsRequest = z
  .strictObject({
    accountIds: z
      .array(z.string().trim().max(100, 'must have 100 characters or fewer'))
      .min(1, 'must have one account or more')
      .max(500, 'must have 500 accounts or fewer')
      .meta({ description: 'AWS account IDs of 12 digits.' }),
    roleName: roleName
      .optional()
      .meta({ description: 'Name of the role in each account. Left out: the role name of the setup kit.' }),
    rolePath: z
      .string()
      .max(512, 'must have 512 characters or fewer')
      .regex(/^\/([!-.0-~]+\/)*$/, 'must begin and end with a slash, without two slashes in a row')
      .optional()
      .meta({ description: 'Path of the role in each account. Left out: /' }),
    partition: partitionName.optional().meta({
      description: "AWS partition of the accounts. Left out: the vendor's main partition.",
    }),
    name: name.nullish().meta({ description: 'Name of each connection.' }),
    profile: profile.nullish(),
  })
  .meta({ id: 'RegisterAccountsRequest', examples: [{ accountIds: ['111122223333', '444455556666'] }] });

export const updateConnectionRequest = z
  .strictObject({
    name: name.nullable().optional(),
    profile: profile.nullable().optional(),
    disabled: z.boolean().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property')
  .meta({ id: 'UpdateConnectionRequest', minProperties: 1, examples: [{ disabled: true }] });
