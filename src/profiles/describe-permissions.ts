import { SERVICE_NAMES } from './service-names.ts';

/**
 * Lists for the owner of a role what its policies grant: managed policies, and actions grouped by service. Everything has
 * the name that AWS gives it, so a line can be looked up in AWS's documentation and never claims less than the policy
 * grants. The lines are plain text; escape them for HTML.
 */
export function describePermissions(permissions: {
  managedPolicyArns: readonly string[];
  inlinePolicy: object | null;
}): string[] {
  const { Statement: statements = [] } = (permissions.inlinePolicy ?? {}) as { Statement?: unknown };
  const lines = [
    ...permissions.managedPolicyArns.map(describeManagedPolicy),
    ...[statements].flat().flatMap((statement, index) => describeStatement(statement, index + 1)),
  ];
  return lines.length > 0 ? lines : ['No permissions'];
}

function describeManagedPolicy(arn: string): string {
  const [, account = '', name = arn] = /^arn:[^:]*:iam::([^:]*):policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return toPrintable(
    account === 'aws' ? `AWS managed policy ${name}` : `Managed policy ${name} of account ${account}`,
  );
}

/**
 * Returns one line for each service in a statement. A statement that it does not understand is referred to by its number.
 * @param number position of the statement in the policy, from 1
 */
export function describeStatement(statement: unknown, number: number): string[] {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = (statement ?? {}) as Record<
    string,
    unknown
  >;
  const actions = describeActions(Action, NotAction);
  const resources = describeResources(Resource, NotResource);
  const conditions = describeConditions(Condition);
  const isKnownEffect = Effect === 'Allow' || Effect === 'Deny';
  if (!isKnownEffect || actions === null || resources === null || conditions === null)
    return [`Statement ${number} of the inline policy: see the policy itself`];
  const denied = Effect === 'Deny' ? 'Denied: ' : '';
  return actions.map((line) => toPrintable(`${denied}${line} on ${resources}${conditions}`));
}

function describeActions(action: unknown, notAction: unknown): string[] | null {
  const [actions, exceptions] = [toTexts(action), toTexts(notAction)];
  if (actions === null)
    return exceptions && [`All AWS services: all actions except ${exceptions.join(', ')}`];
  if (exceptions !== null) return null;
  const byService = new Map<string, string[]>();
  for (const name of actions) {
    const [prefix = ''] = name.toLowerCase().split(':');
    byService.set(prefix, [...(byService.get(prefix) ?? []), name === '*' ? 'all actions' : name]);
  }
  return [...byService].map(
    ([prefix, names]) => `${SERVICE_NAMES.get(prefix) ?? prefix}: ${names.join(', ')}`,
  );
}

function describeResources(resource: unknown, notResource: unknown): string | null {
  const [resources, exceptions] = [toTexts(resource), toTexts(notResource)];
  if (resources === null) return exceptions && `all resources except ${exceptions.join(', ')}`;
  if (exceptions !== null) return null;
  return resources.includes('*') ? 'all resources' : resources.join(', ');
}

function describeConditions(condition: unknown): string | null {
  if (condition === undefined) return '';
  if (typeof condition !== 'object' || condition === null) return null;
  const keys = Object.values(condition).flatMap((tests: unknown) => Object.keys(tests ?? {}));
  return keys.length === 0 ? '' : `, under conditions on ${[...new Set(keys)].join(', ')}`;
}

/** Returns a text or a list of texts as a list; null: it is neither. */
function toTexts(value: unknown): string[] | null {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : null;
}

/** Replaces control and formatting characters: a right-to-left override in a resource name would change how a line reads. */
const toPrintable = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
