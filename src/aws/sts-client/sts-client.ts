import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { isStsExternalId } from '../external-id-format.ts';
import {
  type AssumedRole,
  type AssumeRoleRequest,
  type ProbeRequest,
  type SessionAttributes,
  type SessionOptions,
  type Sts,
  StsError,
} from '../sts.ts';
import { createCallSender } from './call-sender.ts';
import { type CredentialSource, readCredentialSource } from './credential-source.ts';
import type { StsClientOptions } from './options.ts';
import { parseAssumedRole } from './sts-response.ts';

/** The minimum of STS. */
const PROBE_DURATION_SECONDS = 900;

/** Implements the port to STS with the AWS SDK. */
export function createStsClient(
  options: StsClientOptions,
): Sts & { clockOffsetMs(): number | null; credentialSource(): Promise<CredentialSource>; close(): void } {
  const sender = createCallSender(options);

  const assumeRole = (
    request: AssumeRoleRequest | (ProbeRequest & { durationSeconds: number }),
  ): Promise<AssumedRole> => {
    const command = new AssumeRoleCommand(toAssumeRoleInput(request));
    const onThrottled = 'onThrottled' in request ? request.onThrottled : undefined;
    return sender.send(
      { operation: 'AssumeRole', tenantId: request.tenantId, onThrottled },
      command.input,
      async () => parseAssumedRole(await sender.client.send(command), request, sender.awsClock.now()),
    );
  };

  return {
    async assumeRole(request) {
      // The SDK sends an empty external ID as it is and silently omits undefined. A call without one must not be possible.
      if (!isStsExternalId(request.externalId))
        throw new Error('AssumeRole without a well-formed external ID');
      return assumeRole(request);
    },
    async probe(request) {
      try {
        await assumeRole({ ...request, durationSeconds: PROBE_DURATION_SECONDS });
        return 'allowed';
      } catch (error) {
        if (error instanceof StsError && error.failure === 'denied') return 'denied';
        throw error;
      }
    },
    callerIdentity: () => {
      const command = new GetCallerIdentityCommand({});
      return sender.send({ operation: 'GetCallerIdentity', tenantId: null }, command.input, async () => {
        const { Account, Arn } = await sender.client.send(command);
        if (!Account || !Arn)
          throw new StsError('unavailable', 'GetCallerIdentity returned no account or ARN');
        return { accountId: Account, arn: Arn };
      });
    },
    clockOffsetMs: sender.awsClock.offsetMs,
    credentialSource: () => readCredentialSource(sender.client),
    close: sender.close,
  };
}

function toAssumeRoleInput(request: AssumeRoleRequest | (ProbeRequest & { durationSeconds: number })) {
  const session = 'session' in request ? request.session : null;
  const attributes = 'sessionAttributes' in request ? request.sessionAttributes : session;
  return {
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    DurationSeconds: request.durationSeconds,
    ...(request.externalId !== null && { ExternalId: request.externalId }),
    ...toAttributesInput(attributes),
    ...toPoliciesInput(session),
  };
}

function toAttributesInput(attributes: SessionAttributes | null | undefined) {
  return {
    ...(attributes?.tags.length && {
      Tags: attributes.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    }),
    ...(attributes?.sourceIdentity && { SourceIdentity: attributes.sourceIdentity }),
  };
}

function toPoliciesInput(session: SessionOptions | null) {
  // An empty policy would be omitted from the request, and the session would have all permissions of the role.
  if (session?.policy === '') throw new Error('AssumeRole with an empty session policy');
  return {
    ...(session?.policy && { Policy: session.policy }),
    ...(session?.policyArns.length && { PolicyArns: session.policyArns.map((arn) => ({ arn })) }),
  };
}
