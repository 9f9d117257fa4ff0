import type { Message } from '../lib/message.ts';
import { describeActionsOf, describeManagedPolicy } from './describe-permissions.ts';

/** `policy`: a managed policy whose actions are not known here. */
type PermissionAccess = 'read' | 'change' | 'denied' | 'policy';

export interface MarkedPermission {
  access: PermissionAccess;
  message: Message;
}

/** Every other action counts as a change, so that a mark never claims less than a policy grants. */
const READING_ACTION = /^[\w-]+:(BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Select|View)/i;

const READING_POLICY = /:iam::aws:policy\/(?:.*\/)?(?:\w*ReadOnly(?:Access)?|SecurityAudit|ViewOnlyAccess)$/;
const CHANGING_POLICY = /:iam::aws:policy\/(?:.*\/)?(?:AdministratorAccess|PowerUserAccess|\w*FullAccess)$/;

/** The lines of `describePermissions`, each marked with whether it allows to read or to change something. */
export function markPermissions(permissions: {
  managedPolicyArns: readonly string[];
  inlinePolicy: object | null;
}): MarkedPermission[] {
  const { Statement: statements = [] } = (permissions.inlinePolicy ?? {}) as { Statement?: unknown };
  return [
    ...permissions.managedPolicyArns.map((arn) => ({
      access: accessOfManagedPolicy(arn),
      message: describeManagedPolicy(arn),
    })),
    ...[statements].flat().flatMap((statement, index) => markStatement(statement, index + 1)),
  ];
}

function accessOfManagedPolicy(arn: string): PermissionAccess {
  if (READING_POLICY.test(arn)) return 'read';
  return CHANGING_POLICY.test(arn) ? 'change' : 'policy';
}

function markStatement(statement: unknown, number: number): MarkedPermission[] {
  const { Effect, Action } = (statement ?? {}) as Record<string, unknown>;
  const mark = (access: PermissionAccess, part: unknown): MarkedPermission[] =>
    describeActionsOf(part, number).map((message) => ({ access, message }));
  if (Effect === 'Deny') return mark('denied', statement);
  const actions = [Action].flat();
  const reading = actions.filter((action) => READING_ACTION.test(String(action)));
  if (reading.length === 0 || reading.length === actions.length)
    return mark(reading.length === 0 ? 'change' : 'read', statement);
  const changing = actions.filter((action) => !reading.includes(action));
  return [
    ...mark('read', { ...(statement as object), Action: reading }),
    ...mark('change', { ...(statement as object), Action: changing }),
  ];
}
