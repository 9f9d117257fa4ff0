import { randomUUID } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { authenticate } from './caller.ts';
import { iamOperations } from './iam/iam.ts';
import type { Roles } from './iam/roles.ts';
import type { Operation } from './operation.ts';
import { AwsError } from './protocol/aws-error.ts';
import { QueryParameters } from './protocol/query-parameters.ts';
import type { SignedRequest } from './protocol/signature.ts';
import { errorXml, successXml } from './protocol/xml.ts';
import { stsOperations } from './sts/sts.ts';

interface Service {
  readonly name: 'sts' | 'iam';
  readonly version: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

const STS: Service = {
  name: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: stsOperations,
};
const IAM: Service = {
  name: 'iam',
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: iamOperations,
};

export interface AwsResponse {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  /** `ok` or the error code. */
  readonly outcome: string;
}

/** Handles one request of the AWS query protocol. It never throws: every error becomes a response. */
export function handleRequest(
  request: SignedRequest,
  deps: { readonly roles: Roles; readonly clock: Clock },
): AwsResponse {
  const requestId = randomUUID();
  let service = STS;
  try {
    const parameters = new QueryParameters(String(request.body));
    const action = parameters.get('Action') ?? '';
    const version = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED';
    service = version === IAM.version ? IAM : STS;
    // Without Object.hasOwn, `constructor` would be an action.
    const operation = Object.hasOwn(service.operations, action) ? service.operations[action] : undefined;
    if (operation === undefined || version !== service.version) {
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${action.slice(0, 128)} for version ${version.slice(0, 32)}`,
      );
    }
    const now = deps.clock.now();
    const caller = authenticate(request, service.name, { roles: deps.roles, now });
    if (service === IAM && caller.session !== null) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: iam:${action} because no identity-based policy allows the iam:${action} action`,
      );
    }
    const userAgent = request.headers['user-agent'] ?? '';
    const result = operation({ caller, parameters, roles: deps.roles, now, userAgent });
    return {
      status: 200,
      body: successXml(service.namespace, action, result, requestId),
      requestId,
      outcome: 'ok',
    };
  } catch (error) {
    return errorResponse(service, error, requestId);
  }
}

/**
 * The response to an error, in the format of the service that was called.
 *
 * @param error every error but an AwsError becomes InternalFailure
 */
export function errorResponse(
  service: Pick<Service, 'namespace'> | null,
  error: unknown,
  requestId: string = randomUUID(),
): AwsResponse {
  const awsError =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalFailure',
          'The request processing has failed because of an unknown error, exception or failure.',
        );
  const namespace = (service ?? STS).namespace;
  return {
    status: awsError.status,
    body: errorXml(namespace, awsError, requestId),
    requestId,
    outcome: awsError.code,
  };
}
