import {
  isObject,
  isTerraformNull,
  type JsonObject,
  MAX_DEPTH,
  mapEntries,
  TERRAFORM,
} from '../json-values.ts';

/** The default values of a template's parameters or of Terraform's variables, by their names. */
export type Parameters = ReadonlyMap<string, unknown>;

/** The sources of values in the Serverless Framework, as in `${env:EXTERNAL_ID}`. Condition keys have other prefixes. */
export const SERVERLESS = /\$\{(?:self|opt|env|sls|param|cf|ssm|file)(?:\([^){}]*\))?:/;

/** `${name}` that is not a variable of the policy language, such as `${aws:username}` or `${*}`. */
export const TEMPLATE = new RegExp(
  String.raw`(?:(?=${SERVERLESS.source})|(?!\$\{(?:[a-z][\w.-]*:[^:}]|[*?$]\})))\$\{([^{}]*)\}`,
  'g',
);

/** No policy is longer. A few short definitions can refer to each other so that their value grows without a limit. */
const MAX_VALUE_LENGTH = 4096;

const isKnown = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !isTerraformNull(value);

/** The defaults of a CloudFormation template's parameters. An empty one has to be replaced. */
export function parameterDefaults(template: unknown): Parameters {
  const parameters = isObject(template) && isObject(template.Parameters) ? template.Parameters : {};
  const defaults = Object.entries(parameters).flatMap(([name, parameter]): [string, unknown][] => {
    const { Default: value, Type: type } = isObject(parameter) ? parameter : {};
    if (!isKnown(value) || typeof value === 'object') return [];
    const text = String(value);
    return [[name, /List/.test(String(type)) ? text.split(/\s*,\s*/) : text]];
  });
  return new Map(defaults);
}

/** The defaults of the variables and the values of the locals in a Terraform configuration, such as `var.external_id`. */
export function terraformDefaults(body: JsonObject): Parameters {
  const defined = new Map<string, unknown>();
  for (const [name, block] of Object.entries(body)) {
    if (name.startsWith('variable.') && isObject(block))
      define(defined, `var.${name.slice('variable.'.length)}`, block.default);
    if (name !== 'locals' || !Array.isArray(block)) continue;
    for (const locals of block.filter(isObject))
      for (const [local, value] of Object.entries(locals)) define(defined, `local.${local}`, value);
  }
  const resolved = new Map<string, unknown>();
  for (const name of defined.keys()) resolveReference(name, { defined, resolved, depth: 0 });
  return new Map([...resolved].filter(([, value]) => isKnown(value)));
}

/** Adds a value, and those inside it by the names that refer to them. */
function define(defined: Map<string, unknown>, name: string, value: unknown): void {
  if (!isKnown(value)) return;
  defined.set(name, value);
  if (Array.isArray(value)) for (const [i, one] of value.entries()) define(defined, `${name}[${i}]`, one);
  else if (isObject(value) && !(TERRAFORM in value))
    for (const [key, one] of Object.entries(value)) define(defined, `${name}.${key}`, one);
}

interface Definitions {
  defined: ReadonlyMap<string, unknown>;
  resolved: Map<string, unknown>;
  /** How many definitions refer to each other. */
  depth: number;
}

/** The value of a definition with those that it refers to. One that refers to itself has none. */
function resolveReference(reference: string, { defined, resolved, depth }: Definitions): unknown {
  const name = dotted(reference);
  if (resolved.has(name) || !defined.has(name) || depth > MAX_DEPTH) return resolved.get(name);
  resolved.set(name, undefined);
  const value = expand(defined.get(name), (other) =>
    resolveReference(other, { defined, resolved, depth: depth + 1 }),
  );
  if (JSON.stringify(value).length <= MAX_VALUE_LENGTH) resolved.set(name, value);
  return resolved.get(name);
}

function expand(value: unknown, findValue: (name: string) => unknown): unknown {
  if (typeof value === 'string') return expandText(value, findValue);
  if (Array.isArray(value)) return value.map((one) => expand(one, findValue));
  if (!isObject(value)) return value;
  const { [TERRAFORM]: name } = value;
  if (typeof name === 'string') return findValue(name) ?? value;
  return mapEntries(value, (key, inner) => [key, expand(inner, findValue)]);
}

/** The parameter that an expression such as `local.vendor["account_id"]` is a reference to. */
export const findParameter = (parameters: Parameters, name: string): unknown => parameters.get(dotted(name));

const dotted = (name: string): string => name.trim().replace(/\["([^"]*)"\]/g, '.$1');

/** Puts values into a text. One that is not known, or is not a text, stays as it is written. */
export function expandText(text: string, findValue: (name: string) => unknown): string {
  const expanded = text.replace(TEMPLATE, (whole, name: string) => {
    const value = findValue(name);
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : whole;
  });
  return expanded.length > MAX_VALUE_LENGTH ? text : expanded;
}
