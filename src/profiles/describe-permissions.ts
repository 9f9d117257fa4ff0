import { counted, describeActions, joined } from './describe-actions.ts';

/**
 * What a role's policies let be done, as plain sentences for its owner. They may leave detail to the policy, but never
 * sound like less than it grants: what is not understood says so. Text for people, to be escaped where it is shown.
 */
export function describePermissions(permissions: {
  managedPolicyArns: readonly string[];
  inlinePolicy: object | null;
}): string[] {
  const { Statement: statements = [] } = (permissions.inlinePolicy ?? {}) as { Statement?: unknown };
  const sentences = [
    ...permissions.managedPolicyArns.map(describeManagedPolicy),
    ...[statements].flat().map((statement, index) => describeStatement(statement, index + 1)),
  ];
  return sentences.length > 0 ? sentences : ['Nothing: the role has no permissions.'];
}

/** Policies of AWS whose names do not tell how much they allow. */
const WELL_KNOWN: Record<string, string> = {
  AdministratorAccess: 'do anything in every service, without limit',
  PowerUserAccess: 'do almost anything in every service, but not manage users, groups and roles',
  IAMFullAccess: 'manage all users, roles and their permissions, and so gain any permission',
  ReadOnlyAccess: 'list and read everything in every service, the contents of what is stored included',
  ViewOnlyAccess: 'list what there is in most services, without reading what is stored',
  SecurityAudit: 'read the security settings of most services',
};

function describeManagedPolicy(arn: string): string {
  const [, account = '', name = arn] = /^arn:[^:]*:iam::([^:]*):policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account !== 'aws')
    return `May do what the managed policy ${printable(name)} of account ${account} allows.`;
  const known = Object.hasOwn(WELL_KNOWN, name) ? WELL_KNOWN[name] : undefined;
  return known
    ? `May ${known} (the managed policy ${name} of AWS).`
    : `May do what the managed policy ${printable(name)} allows, which AWS wrote and may extend.`;
}

/** One sentence for one statement. @param number its place in the policy, from 1 */
export function describeStatement(statement: unknown, number: number): string {
  const unclear = `Statement ${number} of the inline policy cannot be put in words here; read it in the policy itself.`;
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = (statement ?? {}) as Record<
    string,
    unknown
  >;
  const allows = Effect === 'Allow';
  const what = wordsOf(Action, NotAction, allows);
  const where = placeOf(Resource, NotResource, allows);
  const when = Condition === undefined ? '' : conditionOf(Condition, allows);
  if ((!allows && Effect !== 'Deny') || what === null || where === null || when === null) return unclear;
  return `${allows ? 'May' : 'May not'} ${what}, ${where}${when}.`;
}

function wordsOf(action: unknown, notAction: unknown, allows: boolean): string | null {
  const [actions, exceptions] = [textsOf(action), textsOf(notAction)];
  if ((actions === null) === (exceptions === null)) return null;
  const words = describeActions(actions ?? exceptions ?? []);
  if (words === null || actions !== null) return words;
  return `do anything in ${allows ? 'every' : 'any'} service except: ${words}`;
}

function placeOf(resource: unknown, notResource: unknown, allows: boolean): string | null {
  const [resources, exceptions] = [textsOf(resource), textsOf(notResource)];
  if ((resources === null) === (exceptions === null)) return null;
  const every = `on ${allows ? 'every' : 'any'} resource`;
  if (resources === null) return `${every} except ${counted((exceptions ?? []).map(printable))}`;
  if (resources.includes('*')) return every;
  return `${allows ? 'only on' : 'on'} ${counted(resources.map(printable))}`;
}

function conditionOf(condition: unknown, allows: boolean): string | null {
  if (typeof condition !== 'object' || condition === null) return null;
  const keys = Object.values(condition).flatMap((tests) => Object.keys(tests ?? {}).map(printable));
  if (keys.length === 0) return '';
  return `, ${allows ? 'and only ' : ''}under conditions on ${joined([...new Set(keys)])}`;
}

/** One text or a list of them; null when it is neither. */
function textsOf(value: unknown): string[] | null {
  const texts = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : null;
}

/** A right-to-left override in a resource's name would let it rewrite the sentence around it. */
const printable = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
