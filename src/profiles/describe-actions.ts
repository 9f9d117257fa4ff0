import { SERVICE_NAMES } from './service-names.ts';

/**
 * The kind of an action, told by the word that its name begins with; the whole word must stand there, for `G*` may be
 * anything. What begins with no known word is named and not classed: reading is never claimed of what may change things.
 */
const KINDS: [string, RegExp][] = [
  ['list', /^(List|Describe|Search)(?=[A-Z*?]|$)/],
  ['read', /^(BatchGet|Get|Head|Query|Read|Scan|View|Lookup)(?=[A-Z*?]|$)/],
  [
    'create or change',
    /^(BatchWrite|BatchPut|BatchUpdate|Create|Put|Update|Modify|Set|Add|Attach|Associate|Enable|Change|Write|Upload|Import|Register|Restore|Copy|Tag|Untag)(?=[A-Z*?]|$)/,
  ],
  ['start or stop', /^(Start|Stop|Run|Reboot)(?=[A-Z*?]|$)/],
  ['run', /^(Invoke|Execute)(?=[A-Z*?]|$)/],
  ['send', /^(Send|Publish)(?=[A-Z*?]|$)/],
  [
    'delete',
    /^(BatchDelete|Delete|Remove|Terminate|Purge|Deregister|Detach|Disassociate|Disable)(?=[A-Z*?]|$)/,
  ],
  ['use', /^/],
];

/** Actions whose plain class says less than they mean. */
const TELLING: [service: string, action: string, means: string][] = [
  ['secretsmanager', 'GetSecretValue', 'the contents of secrets'],
  ['ssm', 'GetParameter', 'stored parameters, which may be secrets'],
  ['s3', 'GetObject', 'the contents of files'],
  ['dynamodb', 'GetItem', 'the contents of tables'],
  ['kms', 'Decrypt', 'decrypting data'],
  ['iam', 'PassRole', 'handing roles to AWS services'],
  ['iam', 'CreateAccessKey', 'making lasting access keys'],
  ['iam', 'AttachRolePolicy', 'giving roles more permissions'],
  ['sts', 'AssumeRole', 'taking on other roles'],
];

/** How many actions or resources are named before the rest is only counted. */
const NAMED = 5;

/** "list (ListBucket) and read (Get*) in Amazon S3"; null when a pattern is no action. */
export function describeActions(patterns: readonly string[]): string | null {
  if (patterns.some((pattern) => /^\*(:\*)?$/.test(pattern))) return 'do anything in every service';
  const byService = new Map<string, string[]>();
  for (const pattern of patterns) {
    const [, service, action] = /^([a-z0-9-]+):([\w*?]+)$/i.exec(pattern) ?? [];
    if (!service || !action) return null;
    const known = byService.get(service.toLowerCase()) ?? [];
    byService.set(service.toLowerCase(), [...known, action]);
  }
  return joined([...byService].map(([service, actions]) => describeService(service, actions)));
}

function describeService(service: string, actions: string[]): string {
  const where = SERVICE_NAMES[service] ?? `the service "${service}"`;
  if (actions.includes('*')) return `do anything in ${where}`;
  const kinds = KINDS.flatMap(([kind]) => {
    const these = actions.filter((action) => kindOf(action) === kind);
    return these.length === 0 ? [] : [`${kind} (${counted(these)})`];
  });
  const telling = TELLING.filter(
    ([of, action]) => of === service && actions.some((pattern) => mayMatch(pattern, action)),
  ).map(([, , means]) => means);
  const among = telling.length === 0 ? '' : ` (including: ${telling.join(', ')})`;
  return `${joined(kinds)} in ${where}${among}`;
}

function kindOf(action: string): string {
  return KINDS.find(([, begins]) => begins.test(action))?.[0] ?? 'use';
}

/** Whether a pattern may mean an action: by what stands before its first wildcard, so rather once too often. */
function mayMatch(pattern: string, action: string): boolean {
  const [before = '', ...wild] = pattern.toLowerCase().split(/[*?]/);
  return wild.length === 0 ? before === action.toLowerCase() : action.toLowerCase().startsWith(before);
}

/** "a, b and c". */
export function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** The first few by name, and how many more there are. */
export function counted(texts: readonly string[]): string {
  const shown = texts.slice(0, NAMED);
  return texts.length > NAMED ? `${shown.join(', ')} and ${texts.length - NAMED} more` : joined(shown);
}
