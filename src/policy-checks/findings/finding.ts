import type { JsonPath } from '../json-values.ts';
import type { DetailsOf, FindingCode, Severity } from './catalogue/catalogue.ts';

/** What a finder reports: a code, where it applies, and the values at hand. The catalogue has the words. */
export interface Finding {
  readonly code: FindingCode;
  readonly path: JsonPath;
  readonly details: unknown;
  /** For a code that can be either; an error by default. */
  readonly severity?: Severity | undefined;
  /** Whether its fix changes a statement that is not for the vendor alone. */
  readonly isShared?: boolean;
  /** In the pasted text, if it does not follow from the path. */
  readonly position?: Position;
}

export interface Position {
  line: number;
  column: number;
}

type FindingArguments<Code extends FindingCode> =
  DetailsOf<Code> extends undefined ? [] : [details: DetailsOf<Code>, severity?: Severity];

export function finding<Code extends FindingCode>(
  code: Code,
  path: JsonPath,
  ...[details, severity]: FindingArguments<Code>
): Finding {
  return { code, path, details, severity };
}

/** Reports a mistake at a path inside the statement. */
export type Report = <Code extends FindingCode>(
  code: Code,
  path: JsonPath,
  ...details: FindingArguments<Code>
) => void;

/** The position of the statement that a finding is in, also if it is not in a list; undefined for the document as a whole. */
export function statementOf({ path }: Finding): number | undefined {
  if (path[0] !== 'Statement') return undefined;
  return typeof path[1] === 'number' ? path[1] : 0;
}

/** The findings in their order: each code once for each path, and mistakes at a position of the text once for each mistake. */
export function withoutDuplicates(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const one of findings) {
    const key = JSON.stringify([one.code, one.position && one.details, ...one.path]);
    if (!byKey.has(key)) byKey.set(key, one);
  }
  return [...byKey.values()];
}
