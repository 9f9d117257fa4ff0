import type { Caller } from './caller.ts';
import type { Roles } from './iam/roles.ts';
import type { Query } from './query.ts';
import type { XmlObject } from './xml.ts';

/** What an operation is given once its caller is known. */
export interface OperationContext {
  readonly caller: Caller;
  readonly query: Query;
  readonly roles: Roles;
  readonly now: Date;
  readonly userAgent: string;
}

/** Returns the inside of `<…Result>`, or `null` where AWS answers none; throws AwsError. */
export type Operation = (context: OperationContext) => XmlObject | null;
