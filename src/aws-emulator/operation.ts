import type { Caller } from './caller.ts';
import type { Roles } from './iam/roles.ts';
import type { QueryParameters } from './protocol/query-parameters.ts';
import type { XmlObject } from './protocol/xml.ts';

/** The input of an operation after its caller is authenticated. */
export interface OperationContext {
  readonly caller: Caller;
  readonly parameters: QueryParameters;
  readonly roles: Roles;
  readonly now: Date;
  readonly userAgent: string;
}

/** Returns the content of the `<…Result>` element, or `null` for an operation without one. @throws AwsError */
export type Operation = (context: OperationContext) => XmlObject | null;
