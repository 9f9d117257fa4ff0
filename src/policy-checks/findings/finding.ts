import { CATALOGUE, type DetailsOf, type FindingCode } from './catalogue/catalogue.ts';
import type { Definition } from './catalogue/define.ts';
import type { Wording } from './wording.ts';

export type JsonPath = readonly (string | number)[];
type Severity = 'error' | 'warning';

/** What a finder reports: a code, where it applies, and the values at hand. The catalogue has the words. */
export interface Finding {
  readonly code: FindingCode;
  readonly path: JsonPath;
  readonly severity: Severity;
  readonly details: unknown;
  /** In the pasted text, if it does not follow from the path. */
  readonly position?: Position;
}

export interface Position {
  line: number;
  column: number;
}

/** One finding in the form that the API returns. */
export interface ReportedFinding {
  code: FindingCode;
  severity: Severity;
  message: string;
  /** `Statement[1].Condition.StringLike["sts:ExternalId"]`; empty for the whole document. */
  path: string;
  fix: string;
  /** Counted from 1, in the pasted text; absent when the policy was sent as JSON. */
  line?: number;
  column?: number;
}

/** The severity is for a code that can be either; an error by default. */
type FindingArguments<Code extends FindingCode> =
  DetailsOf<Code> extends undefined ? [] : [details: DetailsOf<Code>, severity?: Severity];

export function finding<Code extends FindingCode>(
  code: Code,
  path: JsonPath,
  ...[details, severity = 'error']: FindingArguments<Code>
): Finding {
  const { level } = CATALOGUE[code];
  return { code, path, details, severity: level === 'either' ? severity : level };
}

/** Reports a mistake at a path inside the statement. */
export type Report = <Code extends FindingCode>(
  code: Code,
  path: JsonPath,
  ...details: FindingArguments<Code>
) => void;

export const isError = ({ severity }: Finding): boolean => severity === 'error';

/** The position of the statement that a finding is in; undefined for the document as a whole. */
export function statementOf({ path }: Finding): number | undefined {
  if (path[0] !== 'Statement' || path.length === 1) return undefined;
  return typeof path[1] === 'number' ? path[1] : 0;
}

/** The findings in their order, each code once for each place. */
export function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const one of findings) {
    const key = JSON.stringify([one.code, ...one.path]);
    if (!byKey.has(key)) byKey.set(key, one);
  }
  return [...byKey.values()];
}

/** Puts a finding into words. */
export function report(
  { code, path, severity, details, position }: Finding,
  wording: Wording,
  located: Position | undefined,
): ReportedFinding {
  const { explain } = CATALOGUE[code] as Definition<unknown>;
  const [message, fix] = explain(details, wording);
  return { code, severity, message, path: formatPath(path), fix, ...(position ?? located) };
}

/** Formats a path in JavaScript notation. */
function formatPath(path: JsonPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_]\w*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
