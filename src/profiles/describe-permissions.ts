import { formatMessage, type Message } from '../lib/message.ts';
import { PERMISSION_TEXTS, permissionMessage } from './permission-texts.ts';
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
  return (lines.length > 0 ? lines : [permissionMessage('permission.none')]).map(toEnglish);
}

const toEnglish = (message: Message): string => formatMessage(PERMISSION_TEXTS, message);

export function describeManagedPolicy(arn: string): Message {
  const [, account = '', name = arn] = /^arn:[^:]*:iam::([^:]*):policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return account === 'aws'
    ? permissionMessage('permission.awsManagedPolicy', { name: toPrintable(name) })
    : permissionMessage('permission.managedPolicy', {
        name: toPrintable(name),
        account: toPrintable(account),
      });
}

/**
 * Returns one line for each service in a statement, marked as denied if it is. A statement that it does not understand is
 * referred to by its number.
 * @param number position of the statement in the policy, from 1
 */
function describeStatement(statement: unknown, number: number): Message[] {
  const lines = describeActionsOf(statement, number);
  const { Effect } = (statement ?? {}) as Record<string, unknown>;
  return Effect === 'Deny'
    ? lines.map((permission) => permissionMessage('permission.denied', { permission }))
    : lines;
}

/** The lines of a statement, whatever its effect. */
export function describeActionsOf(statement: unknown, number: number): Message[] {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = (statement ?? {}) as Record<
    string,
    unknown
  >;
  const actions = describeActions(Action, NotAction);
  const resources = describeResources(Resource, NotResource);
  const conditionKeys = describeConditions(Condition);
  const isKnownEffect = Effect === 'Allow' || Effect === 'Deny';
  if (!isKnownEffect || actions === null || resources === null || conditionKeys === null)
    return [permissionMessage('permission.notUnderstood', { number })];
  return actions.map((line) =>
    conditionKeys === ''
      ? permissionMessage('permission.statement', { ...line, resources })
      : permissionMessage('permission.statementWithConditions', { ...line, resources, conditionKeys }),
  );
}

interface Actions {
  service: string | Message;
  actions: string | Message;
}

function describeActions(action: unknown, notAction: unknown): Actions[] | null {
  const [actions, exceptions] = [toTexts(action), toTexts(notAction)];
  const service = permissionMessage('permission.allServices');
  if (actions === null) {
    if (exceptions === null) return null;
    const all = permissionMessage('permission.allActionsExcept', { actions: join(exceptions) });
    return [{ service, actions: all }];
  }
  if (exceptions !== null) return null;
  const byService = new Map<string, string[]>();
  for (const name of actions) {
    const [prefix = ''] = name.toLowerCase().split(':');
    byService.set(prefix, [...(byService.get(prefix) ?? []), name]);
  }
  return [...byService].map(([prefix, names]) =>
    prefix === '*'
      ? { service, actions: permissionMessage('permission.allActions') }
      : { service: SERVICE_NAMES.get(prefix) ?? toPrintable(prefix), actions: join(names) },
  );
}

function describeResources(resource: unknown, notResource: unknown): string | Message | null {
  const [resources, exceptions] = [toTexts(resource), toTexts(notResource)];
  if (resources === null)
    return exceptions && permissionMessage('permission.allResourcesExcept', { resources: join(exceptions) });
  if (exceptions !== null) return null;
  return resources.includes('*') ? permissionMessage('permission.allResources') : join(resources);
}

/** The keys of the conditions; null: they are not understood. */
function describeConditions(condition: unknown): string | null {
  if (condition === undefined) return '';
  if (typeof condition !== 'object' || condition === null) return null;
  const keys = Object.values(condition).flatMap((tests: unknown) => Object.keys(tests ?? {}));
  return join([...new Set(keys)]);
}

/** Returns a text or a list of texts as a list; null: it is neither. */
function toTexts(value: unknown): string[] | null {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : null;
}

const join = (names: readonly string[]): string => toPrintable(names.join(', '));

/** Replaces control and formatting characters: a right-to-left override in a resource name would change how a line reads. */
const toPrintable = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
