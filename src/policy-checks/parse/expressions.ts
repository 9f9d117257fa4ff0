import type { CheckContext } from '../context.ts';
import { type Finding, finding } from '../findings/finding.ts';
import { isObject, type JsonObject, type JsonPath, toList } from '../json-values.ts';
import { TERRAFORM } from './hcl-expression.ts';
import { expandText, findParameter, TEMPLATE } from './parameters.ts';
import type { Parameters } from './text.ts';

/** Stands for the customer's own account, which the check does not know. */
const OWN_ACCOUNT = '000000000000';

interface Resolution {
  context: CheckContext;
  parameters: Parameters;
  /** Whether an unknown principal is taken for the vendor's, because no other statement names the vendor. */
  assumesVendor: boolean;
  findings: Finding[];
}

/**
 * Replaces the expressions of CloudFormation and Terraform by their values: those of parameters with a default, and those
 * that are the same for every stack. For any other it assumes the value that would be right in its place, and says so in a
 * finding.
 */
export function resolveExpressions(
  document: unknown,
  parameters: Parameters,
  context: CheckContext,
): { value: unknown; findings: Finding[] } {
  // A principal that is not known is taken for the vendor's only if no other one is.
  const assumesVendor = ![document, [...parameters.values()]].some((value) =>
    JSON.stringify(value)?.includes(context.vendor.accountId),
  );
  const resolution: Resolution = { context, parameters, assumesVendor, findings: [] };
  return { value: resolve(document, [], resolution), findings: resolution.findings };
}

function resolve(value: unknown, path: JsonPath, resolution: Resolution): unknown {
  const choice = isObject(value) && Object.keys(value).length === 1 ? value['Fn::If'] : undefined;
  if (Array.isArray(choice)) return resolveChoice(choice, path, resolution);
  const expression = toTemplate(value);
  const parameter = findParameter(
    resolution.parameters,
    /^\$\{([^{}]*)\}$/.exec(expression ?? '')?.[1] ?? '',
  );
  // Its own references were resolved with it.
  if (typeof parameter === 'object')
    return resolve(parameter, path, { ...resolution, parameters: new Map() });
  if (expression !== undefined) return resolveTemplate(expression, path, resolution);
  if (Array.isArray(value)) return value.map((one, index) => resolve(one, [...path, index], resolution));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolve(inner, [...path, key], resolution)]),
  );
}

/** Assumes the first of both values that is one. */
function resolveChoice([condition, ...values]: unknown[], path: JsonPath, resolution: Resolution): unknown {
  const expression = `Fn::If ${String(condition)}`;
  const details = { expression, tool: 'CloudFormation' as const, assumed: null };
  resolution.findings.push(finding('unresolved_value', path, details));
  const isValue = (value: unknown) => !(isObject(value) && value.Ref === 'AWS::NoValue');
  return resolve(values.find(isValue), path, resolution);
}

/** Writes a value with expressions as one text with `${…}`; undefined for a value without any. */
function toTemplate(value: unknown): string | undefined {
  if (typeof value === 'string') return value.search(TEMPLATE) < 0 ? undefined : value;
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  const [first, second] = toList(argument);
  if (name === 'Fn::Sub') return subTemplate(String(first), isObject(second) ? second : {});
  if (name === 'Fn::Join' && Array.isArray(second)) return second.map(toText).join(String(first));
  if (name === 'Fn::GetAtt') return `\${${toList(argument).join('.')}}`;
  if (name === 'Ref' || name === TERRAFORM) return `\${${String(argument)}}`;
  if (name === 'Fn::ImportValue') return `\${${name} ${String(argument)}}`;
  return name.startsWith('Fn::') ? `\${${name}}` : undefined;
}

const toText = (value: unknown): string => toTemplate(value) ?? String(value);

const subTemplate = (text: string, variables: JsonObject): string =>
  text.replace(/\$\{([^!{}][^{}]*)\}/g, (whole, name: string) =>
    name in variables ? toText(variables[name]) : whole,
  );

function resolveTemplate(template: string, path: JsonPath, resolution: Resolution): string {
  let isOpen = false;
  const written = expandText(template, (name) => findParameter(resolution.parameters, name));
  const known = written.replace(TEMPLATE, (whole, name: string) => {
    const value = knownValue(name.trim(), resolution.context);
    isOpen ||= value === undefined;
    return value ?? whole;
  });
  if (!isOpen) return known;
  const { value, assumed } = assumedValue(known, path, resolution);
  const tool = toolOf(known);
  resolution.findings.push(finding('unresolved_value', path, { expression: known, tool, assumed }));
  return value;
}

/** The names of CloudFormation's parameters and functions begin with a capital letter. */
const toolOf = (template: string): 'CloudFormation' | 'Terraform' =>
  /\$\{[A-Z]/.test(template) ? 'CloudFormation' : 'Terraform';

/** The value of an expression that is the same for every stack, and of a resource of the customer. */
function knownValue(name: string, context: CheckContext): string | undefined {
  const { partition } = context.vendor;
  if (/^AWS::Partition$|aws_partition\.\w+\.(partition|id)$/.test(name)) return partition;
  if (/^AWS::URLSuffix$|aws_partition\.\w+\.dns_suffix$/.test(name))
    return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (/^AWS::AccountId$|aws_caller_identity\.\w+\.(account_id|id)$/.test(name)) return OWN_ACCOUNT;
  if (/^AWS::Region$|aws_region\.\w+\.(name|id|region)$/.test(name))
    return context.keys['aws:RequestedRegion'] ?? 'us-east-1';
  const isOwnRole = /^aws_iam_(role|user)\.[\w.[\]"-]+\.arn$/.test(name) || /^\w+\.Arn$/.test(name);
  return isOwnRole ? `arn:${partition}:iam::${OWN_ACCOUNT}:role/own` : undefined;
}

/** The value that would be right in this place, if it is known; else one that concerns nobody. */
function assumedValue(
  template: string,
  path: JsonPath,
  { context, assumesVendor }: Resolution,
): { value: string; assumed: string | null } {
  const { accountId, partition } = context.vendor;
  const isWhole = template.replace(TEMPLATE, '') === '';
  const names = path.filter((part) => typeof part === 'string').map((part) => part.toLowerCase());
  const right = isWhole ? rightValue(names.at(-1), context) : undefined;
  if (right !== undefined) return { value: right, assumed: right };
  if (!names.includes('principal') && !names.includes('notprincipal'))
    return { value: template, assumed: null };
  const account = assumesVendor ? accountId : OWN_ACCOUNT;
  const value = (isWhole ? `arn:${partition}:iam::${account}:root` : template)
    .replace(/^arn:\$\{[^{}]*\}:/, `arn:${partition}:`)
    .replace(/^(arn:[\w-]+:\w+::|)\$\{[^{}]*\}(?=:|$)/, `$1${account}`);
  return { value, assumed: assumesVendor && value.search(TEMPLATE) < 0 ? value : null };
}

/** The value of the vendor for a condition key. */
function rightValue(
  key: string | undefined,
  { externalIds, vendor, caller }: CheckContext,
): string | undefined {
  if (key === 'sts:externalid') return externalIds[0];
  if (key === 'aws:principalaccount') return vendor.accountId;
  if (key !== 'aws:principalarn') return undefined;
  return typeof caller.arn === 'string'
    ? caller.arn
    : `arn:${vendor.partition}:iam::${vendor.accountId}:role/*`;
}
