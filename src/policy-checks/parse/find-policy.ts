import { finding } from '../findings/finding.ts';
import { isObject, type JsonObject, type JsonPath } from '../json-values.ts';
import { UnreadableText } from './text.ts';

/** A trust policy inside other JSON, such as the output of a command or a template. */
interface Candidate {
  value: unknown;
  path: JsonPath;
  /** The name of the role, if it is known. */
  name: string;
  /** When it was set, in an event of CloudTrail. */
  time?: string;
}

const isPolicy = (value: unknown): boolean => isObject(value) && 'Statement' in value;

const POLICY_KEY = /^assume_?role_?policy(_?document)?$/i;
const NAME_KEYS = ['RoleName', 'roleName', 'name'];

/**
 * Finds the trust policy in any JSON that contains one: the output of `aws iam get-role`, `list-roles` and
 * `get-account-authorization-details`, events of CloudTrail, a CloudFormation template, or a Terraform plan as JSON. Of
 * several, it is the only one that mentions the vendor.
 * @throws UnreadableText when it is not clear which one is for the vendor
 */
export function findPolicy(
  value: unknown,
  mentionsVendor: (policy: unknown) => boolean,
): { value: unknown; path: JsonPath } {
  if (isPolicy(value)) return { value, path: [] };
  const candidates = withoutCopies(withoutReplaced([...findCandidates(value, [], '')]));
  if (candidates.length === 0) return { value, path: [] };
  const relevant =
    candidates.length === 1 ? candidates : candidates.filter((one) => mentionsVendor(one.value));
  const [only] = relevant;
  if (only && relevant.length === 1) return only;
  const names = candidates.map(({ name }) => name);
  throw new UnreadableText(finding('several_policies', [], { names }));
}

function* findCandidates(value: unknown, path: JsonPath, name: string): Generator<Candidate> {
  if (typeof value !== 'object' || value === null) return;
  if (isObject(value) && isObject(value.requestParameters)) return yield* findInEvent(value, path);
  const ownName = isObject(value)
    ? NAME_KEYS.map((key) => value[key]).find((one) => typeof one === 'string')
    : name;
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = [...path, Array.isArray(value) ? Number(key) : key];
    const innerName = String(ownName ?? (key === 'Properties' ? name : key));
    const isInList = Array.isArray(value) && isPolicy(inner);
    if (key === 'CloudTrailEvent' && typeof inner === 'string')
      yield* findCandidates(parseEvent(inner), innerPath, innerName);
    else if (isInList || (POLICY_KEY.test(key) && inner !== null))
      yield { value: inner, path: innerPath, name: String(ownName ?? name) };
    else yield* findCandidates(inner, innerPath, innerName);
  }
}

/** `aws cloudtrail lookup-events` returns each event as text. */
function parseEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An event of CloudTrail has the policy of a request that sets one, and its response may repeat it. */
function* findInEvent(event: JsonObject, path: JsonPath): Generator<Candidate> {
  const { requestParameters: parameters, eventTime, errorCode } = event;
  if (!isObject(parameters) || 'policyName' in parameters) return;
  const { roleName, assumeRolePolicyDocument, policyDocument = assumeRolePolicyDocument } = parameters;
  if (roleName === undefined || policyDocument === undefined) return;
  // A request that failed has set nothing, so any other of the role is later.
  const time = errorCode === undefined ? String(eventTime ?? '') : '';
  yield { value: policyDocument, path, name: String(roleName), time };
}

/** Of the events about one role, only the last counts. */
function withoutReplaced(candidates: readonly Candidate[]): Candidate[] {
  const isReplaced = ({ name, time }: Candidate) =>
    time !== undefined && candidates.some((other) => other.name === name && (other.time ?? '') > time);
  return candidates.filter((one) => !isReplaced(one));
}

/** A plan shows the same policy before and after. */
function withoutCopies(candidates: readonly Candidate[]): Candidate[] {
  const byText = new Map(candidates.map((one) => [JSON.stringify(one.value), one]));
  return [...byText.values()];
}
