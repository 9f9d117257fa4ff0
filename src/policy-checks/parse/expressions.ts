import type { CheckContext } from '../context.ts';
import type { TemplateTool } from '../findings/catalogue/text.ts';
import { type Finding, finding } from '../findings/finding.ts';
import {
  isObject,
  isTerraformNull,
  type JsonObject,
  type JsonPath,
  mapEntries,
  TERRAFORM,
  toList,
} from '../json-values.ts';
import { expandText, findParameter, type Parameters, SERVERLESS, TEMPLATE } from './parameters.ts';
import { OWN_ACCOUNT, type StandIn } from './stand-ins.ts';
import { unreadableTemplate } from './text.ts';

/** Three conditions of a template have eight cases. */
const MAX_CASES = 8;

/** What a document is in one case of the conditions by which a template chooses between values. */
export interface ResolvedDocument {
  value: unknown;
  findings: readonly Finding[];
  standIns: readonly StandIn[];
  /** The conditions that decide the case. */
  conditions: ReadonlyMap<string, boolean>;
  /** Where a value was chosen. */
  choices: readonly JsonPath[];
  /** Whether a list lacks an item, so that the next ones have another position than in the text. */
  hasRemovedItem: boolean;
}

interface Resolution {
  context: CheckContext;
  parameters: Parameters;
  /** Whether an unknown principal is taken for the vendor's, because no other statement names the vendor. */
  assumesVendor: boolean;
  conditions: ReadonlyMap<string, boolean>;
  /** A condition that is needed too. It was taken for true. */
  undecided?: string;
  findings: Finding[];
  standIns: StandIn[];
  choices: JsonPath[];
  hasRemovedItem: boolean;
}

/**
 * Replaces the expressions of CloudFormation and Terraform by their values: those of parameters with a default, and those
 * that are the same for every stack. For any other it assumes the value that would be right in its place, and says so in a
 * finding. Where a condition chooses between two values, there is a case for each of them.
 */
export function resolveExpressions(
  document: unknown,
  parameters: Parameters,
  context: CheckContext,
): ResolvedDocument[] {
  // A principal that is not known is taken for the vendor's only if no other one is.
  const assumesVendor = ![document, [...parameters.values()]].some((value) =>
    JSON.stringify(value)?.includes(context.vendor.accountId),
  );
  const resolveCase = (conditions: ReadonlyMap<string, boolean>) => {
    const resolution: Resolution = {
      ...{ context, parameters, assumesVendor, conditions },
      ...{ findings: [], standIns: [], choices: [], hasRemovedItem: false },
    };
    const value = resolve(choose(document, [], resolution), [], resolution) ?? null;
    return { ...resolution, value };
  };
  const cases: ResolvedDocument[] = [];
  const open: ReadonlyMap<string, boolean>[] = [new Map()];
  for (let next = open.pop(); next; next = open.pop()) {
    const { undecided, ...resolved } = resolveCase(next);
    if (undecided === undefined) cases.push(resolved);
    else open.push(new Map([...next, [undecided, false]]), new Map([...next, [undecided, true]]));
    if (cases.length + open.length <= MAX_CASES) continue;
    const { undecided: _, ...allTrue } = resolveCase(new Map());
    return [{ ...allTrue, findings: [...allTrue.findings, finding('template_conditions_untested', [])] }];
  }
  return cases;
}

/** Chooses the values of the case. @returns undefined for what the template leaves out */
function choose(value: unknown, path: JsonPath, resolution: Resolution): unknown {
  if (isNoValue(value)) return undefined;
  if (Array.isArray(value)) return chooseItems(value, path, resolution);
  if (!isObject(value)) return value;
  const choice = Object.keys(value).length === 1 ? value['Fn::If'] : undefined;
  if (Array.isArray(choice)) return chooseOne(choice, path, resolution);
  return mapEntries(value, (key, inner) => {
    const chosen = choose(inner, [...path, key], resolution);
    return chosen === undefined ? undefined : [key, chosen];
  });
}

const isNoValue = (value: unknown): boolean =>
  isTerraformNull(value) || (isObject(value) && value.Ref === 'AWS::NoValue');

function chooseOne([condition, ...values]: unknown[], path: JsonPath, resolution: Resolution): unknown {
  const name = typeof condition === 'string' ? condition : String(JSON.stringify(condition));
  resolution.choices.push(path);
  if (!resolution.conditions.has(name)) resolution.undecided ??= name;
  return choose(values[resolution.conditions.get(name) === false ? 1 : 0], path, resolution);
}

function chooseItems(values: readonly unknown[], path: JsonPath, resolution: Resolution): unknown[] {
  const chosen: unknown[] = [];
  for (const one of values) {
    const value = choose(one, [...path, chosen.length], resolution);
    if (value === undefined) resolution.hasRemovedItem = true;
    else chosen.push(value);
  }
  return chosen;
}

function resolve(value: unknown, path: JsonPath, resolution: Resolution): unknown {
  const expression = toTemplate(value);
  const parameter = findParameter(
    resolution.parameters,
    /^\$\{([^{}]*)\}$/.exec(expression ?? '')?.[1] ?? '',
  );
  // Its references to other parameters were resolved with it, so that none can lead back to it.
  if (typeof parameter === 'object')
    return resolve(choose(parameter, path, resolution), path, { ...resolution, parameters: new Map() });
  // It decides nothing, and IAM restricts its characters.
  if (expression !== undefined && isName(path)) return undefined;
  if (expression !== undefined && isStructure(path)) throw unreadableTemplate(toolOf(expression));
  if (expression !== undefined) return resolveTemplate(expression, path, resolution);
  if (Array.isArray(value)) return value.map((one, index) => resolve(one, [...path, index], resolution));
  if (!isObject(value)) return value;
  return mapEntries(value, (key, inner) => {
    const resolved = resolve(inner, [...path, key], resolution);
    return resolved === undefined ? undefined : [key, resolved];
  });
}

const namesIn = (path: JsonPath): string[] => path.filter((part) => typeof part === 'string');

/** Whether the name of the policy or of a statement is at a path. */
const isName = (path: JsonPath): boolean => /^(Id|Statement\.Sid)$/.test(namesIn(path).join('.'));

/** Whether nothing is known of the policy, or of one of its statements, if an expression makes what is at a path. */
const isStructure = (path: JsonPath): boolean => {
  const [, element, ...others] = namesIn(path);
  if (element === 'Condition') return others.length < 2;
  return element === undefined || (others.length === 0 && /^(Effect|(Not)?Principal)$/.test(element));
};

/** Writes a value with expressions as one text with `${…}`; undefined for a value without any. */
function toTemplate(value: unknown): string | undefined {
  if (typeof value === 'string') return value.search(TEMPLATE) < 0 ? undefined : value;
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  const [first, second] = toList(argument);
  if (name === 'Fn::Sub') return subTemplate(String(first), isObject(second) ? second : {});
  if (name === 'Fn::Join' && Array.isArray(second)) return second.map(toText).join(String(first));
  if (name === 'Fn::GetAtt') return `\${${toList(argument).join('.')}}`;
  if (name === 'Ref') return `\${${String(argument)}}`;
  // Its braces would end the expression.
  if (name === TERRAFORM) return `\${${String(argument).replaceAll('{', '(').replaceAll('}', ')')}}`;
  if (name === 'Fn::ImportValue') return `\${${name} ${String(argument)}}`;
  return name.startsWith('Fn::') ? `\${${name}}` : undefined;
}

const toText = (value: unknown): string => toTemplate(value) ?? String(value);

const subTemplate = (text: string, variables: JsonObject): string =>
  text.replace(/\$\{([^!{}][^{}]*)\}/g, (whole, name: string) =>
    name in variables ? toText(variables[name]) : whole,
  );

function resolveTemplate(template: string, path: JsonPath, resolution: Resolution): string {
  const { context, parameters, findings, standIns } = resolution;
  const expression = expandText(template, (name) => findParameter(parameters, name));
  let isOpen = false;
  let isKnown = true;
  const known = expression.replace(TEMPLATE, (whole, name: string) => {
    const value = valueForEveryStack(name.trim(), context);
    const standIn = value ?? standInFor(name.trim(), context);
    isKnown &&= value !== undefined;
    isOpen ||= standIn === undefined;
    return standIn ?? whole;
  });
  const { value, assumed } = isOpen ? assumedValue(known, path, resolution) : { value: known, assumed: null };
  const tool = toolOf(expression);
  if (isOpen) findings.push(finding('unresolved_value', path, { expression: known, tool, assumed }));
  if (assumed === null && !isKnown) standIns.push({ path, value, expression });
  return value;
}

/** The names of CloudFormation's parameters and functions begin with a capital letter. */
const toolOf = (template: string): TemplateTool => {
  if (SERVERLESS.test(template)) return 'Serverless Framework';
  return /^[^$]*\$\{[A-Z]/.test(template) ? 'CloudFormation' : 'Terraform';
};

function valueForEveryStack(name: string, { vendor: { partition } }: CheckContext): string | undefined {
  if (/^AWS::Partition$|aws_partition\.\w+\.(partition|id)$/.test(name)) return partition;
  if (/^AWS::URLSuffix$|aws_partition\.\w+\.dns_suffix$/.test(name))
    return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return undefined;
}

/** A value in place of the customer's account, Region or resource. */
function standInFor(name: string, { vendor, keys }: CheckContext): string | undefined {
  if (/^AWS::AccountId$|aws_caller_identity\.\w+\.(account_id|id)$/.test(name)) return OWN_ACCOUNT;
  if (/^AWS::Region$|aws_region\.\w+\.(name|id|region)$/.test(name))
    return keys['aws:RequestedRegion'] ?? 'us-east-1';
  const isOwnRole = /^aws_iam_(role|user)\.[\w.[\]"-]+\.arn$/.test(name) || /^\w+\.Arn$/.test(name);
  return isOwnRole ? `arn:${vendor.partition}:iam::${OWN_ACCOUNT}:role/own` : undefined;
}

/** The value that would be right in this place, if it is known; else one that concerns nobody. */
function assumedValue(
  template: string,
  path: JsonPath,
  { context, assumesVendor }: Resolution,
): { value: string; assumed: string | null } {
  const { accountId, partition } = context.vendor;
  const names = namesIn(path).map((part) => part.toLowerCase());
  const right = rightValue(names.at(-1), context);
  if (right !== undefined && canBecome(template, right)) return { value: right, assumed: right };
  // As a variable of the policy language, it would have a value.
  if (names.at(-1) === EXTERNAL_ID) return { value: template.replaceAll('${', '{'), assumed: null };
  if (!names.includes('principal') && !names.includes('notprincipal'))
    return { value: template, assumed: null };
  if (names.at(-1) === 'service') return { value: 'service.amazonaws.com', assumed: null };
  if (names.at(-1) === 'federated') return { value: 'cognito-identity.amazonaws.com', assumed: null };
  // An expression that has the vendor's account in it may be the vendor's principal.
  const isVendor = assumesVendor || template.includes(accountId);
  const account = isVendor ? accountId : OWN_ACCOUNT;
  const isWhole = template.replace(TEMPLATE, '') === '';
  const value = (isWhole ? `arn:${partition}:iam::${account}:root` : template)
    .replace(/^arn:\$\{[^{}]*\}:/, `arn:${partition}:`)
    .replace(/^(arn:[\w-]+:\w+::|)\$\{[^{}]*\}(?=:|$)/, `$1${account}`);
  return { value, assumed: isVendor && value.search(TEMPLATE) < 0 ? value : null };
}

/** Whether a template has this value for some values of its expressions. */
function canBecome(template: string, value: string): boolean {
  const [first = '', ...others] = template.replace(TEMPLATE, '\0').split('\0');
  if (!value.startsWith(first)) return false;
  let position = first.length;
  for (const part of others.slice(0, -1)) {
    const found = value.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return value.slice(position).endsWith(others.at(-1) ?? '');
}

const EXTERNAL_ID = 'sts:externalid';

/** The value of the vendor for an element or a condition key. */
function rightValue(
  key: string | undefined,
  { externalIds, vendor, caller }: CheckContext,
): string | undefined {
  if (key === 'action') return 'sts:AssumeRole';
  if (key === EXTERNAL_ID) return externalIds[0];
  if (key === 'aws:principalaccount') return vendor.accountId;
  if (key !== 'aws:principalarn') return undefined;
  const arns = typeof caller.arn === 'string' ? [caller.arn] : caller.arn.patterns;
  const fallback = `arn:${vendor.partition}:iam::${vendor.accountId}:role/NAME`;
  return arns.find((arn) => !arn.includes('*')) ?? fallback;
}
