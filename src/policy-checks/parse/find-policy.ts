import { finding } from '../findings/finding.ts';
import { isObject, type JsonPath } from '../json-values.ts';
import { UnreadableText } from './text.ts';

/** A trust policy inside other JSON, such as the output of a command or a template. */
interface Candidate {
  value: unknown;
  path: JsonPath;
  /** The name of the role, if it is known. */
  name: string;
}

const isPolicy = (value: unknown): boolean => isObject(value) && 'Statement' in value;

const POLICY_KEY = /^assume_?role_?policy(_?document)?$/i;
const NAME_KEYS = ['RoleName', 'roleName', 'name'];

/**
 * Finds the trust policy in any JSON that contains one: the output of `aws iam get-role`, `list-roles` and
 * `get-account-authorization-details`, a CloudFormation template, or a Terraform plan as JSON. Of several, it is the only
 * one that mentions the vendor.
 * @throws UnreadableText when it is not clear which one is for the vendor
 */
export function findPolicy(
  value: unknown,
  mentionsVendor: (policy: unknown) => boolean,
): { value: unknown; path: JsonPath } {
  if (isPolicy(value)) return { value, path: [] };
  const candidates = withoutCopies([...findCandidates(value, [], '')]);
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
  const ownName = isObject(value)
    ? NAME_KEYS.map((key) => value[key]).find((one) => typeof one === 'string')
    : name;
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = [...path, Array.isArray(value) ? Number(key) : key];
    const innerName = String(ownName ?? (key === 'Properties' ? name : key));
    const isInList = Array.isArray(value) && isPolicy(inner);
    if (isInList || (POLICY_KEY.test(key) && inner !== null))
      yield { value: inner, path: innerPath, name: String(ownName ?? name) };
    else yield* findCandidates(inner, innerPath, innerName);
  }
}

/** A plan shows the same policy before and after. */
function withoutCopies(candidates: readonly Candidate[]): Candidate[] {
  const byText = new Map(candidates.map((one) => [JSON.stringify(one.value), one]));
  return [...byText.values()];
}

/** The defaults of a template's parameters, by their names. An empty one has to be replaced. */
export function parameterDefaults(template: unknown): ReadonlyMap<string, string> {
  const parameters = isObject(template) && isObject(template.Parameters) ? template.Parameters : {};
  const defaults = Object.entries(parameters).flatMap(([name, parameter]): [string, string][] => {
    const value = isObject(parameter) ? parameter.Default : undefined;
    return ['string', 'number'].includes(typeof value) && value !== '' ? [[name, String(value)]] : [];
  });
  return new Map(defaults);
}
