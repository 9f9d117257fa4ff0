import { randomUUID } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { AwsError } from './aws-error.ts';
import { authenticate } from './caller.ts';
import { iamOperations } from './iam/iam.ts';
import type { Roles } from './iam/roles.ts';
import type { Operation } from './operation.ts';
import { Query } from './query.ts';
import type { SignedRequest } from './signature.ts';
import { stsOperations } from './sts/sts.ts';
import { errorXml, successXml } from './xml.ts';

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

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  /** `ok` or the error code. */
  readonly outcome: string;
}

/** Answers one request of the AWS query protocol; everything that can be wrong with it becomes an answer. */
export function handle(
  request: SignedRequest,
  deps: { readonly roles: Roles; readonly clock: Clock },
): Answer {
  const requestId = randomUUID();
  let service = STS;
  try {
    const query = new Query(String(request.body));
    const action = query.get('Action') ?? '';
    const version = query.get('Version') ?? 'NO_VERSION_SPECIFIED';
    service = version === IAM.version ? IAM : STS;
    // Object.hasOwn: an action named like an object's own property is no action.
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
    const result = operation({ caller, query, roles: deps.roles, now, userAgent });
    return {
      status: 200,
      body: successXml(service.namespace, action, result, requestId),
      requestId,
      outcome: 'ok',
    };
  } catch (error) {
    return failure(service, error, requestId);
  }
}

/** An answer to what went wrong, in the shape of the service that was asked. */
export function failure(
  service: Pick<Service, 'namespace'> | null,
  error: unknown,
  requestId: string = randomUUID(),
): Answer {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalFailure',
          'The request processing has failed because of an unknown error, exception or failure.',
        );
  const namespace = (service ?? STS).namespace;
  return {
    status: known.status,
    body: errorXml(namespace, known, requestId),
    requestId,
    outcome: known.code,
  };
}
