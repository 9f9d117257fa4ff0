import { isObject, type JsonObject, type JsonPath, mapEntries } from '../json-values.ts';

/** Stands for the customer's own account, which the check does not know. */
export const OWN_ACCOUNT = '000000000000';

/** A value in the place of an expression whose value the check does not know. */
export interface StandIn {
  path: JsonPath;
  value: string;
  /** As it was pasted. */
  expression: string;
}

/** Whether a policy contains a stand-in, which is not what IAM would get from the template. */
export function hasStandIn(policy: JsonObject, standIns: readonly StandIn[]): boolean {
  const text = JSON.stringify(policy);
  return standIns.some(({ value }) => text.includes(JSON.stringify(value)) || text.includes(OWN_ACCOUNT));
}

/** Writes expressions as they were pasted in place of their stand-ins, in the details of a finding at a path. */
export function withExpressions(details: unknown, standIns: readonly StandIn[], path: JsonPath): unknown {
  const isHere = (one: StandIn): boolean => one.path.join() === path.join();
  const ofAccount = standIns.find(({ value }) => value.includes(OWN_ACCOUNT));
  const [account = ''] = /\$\{[^{}]*\}/.exec(ofAccount?.expression ?? '') ?? [];
  const nearestFirst = [
    ...standIns.filter(isHere),
    ...standIns,
    ...(ofAccount ? [{ value: OWN_ACCOUNT, expression: account }] : []),
  ];
  const write = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(write);
    if (isObject(value)) return mapEntries(value, (key, inner) => [key, write(inner)]);
    return nearestFirst.find((one) => one.value === value)?.expression ?? value;
  };
  return standIns.length === 0 ? details : write(details);
}
