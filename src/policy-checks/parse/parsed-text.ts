import type { Finding, JsonPath, Position } from '../findings/finding.ts';
import type { Syntax } from '../findings/wording.ts';

/** A text as far as it could be read. */
export interface ParsedText {
  /** Undefined when nothing could be read. */
  value: unknown;
  /** Whether nothing of the text was lost, so that a corrected policy can replace it. */
  isWhole: boolean;
  syntax: Syntax;
  findings: Finding[];
  /** The paths of keys that an object has twice. */
  repeatedKeys: readonly JsonPath[];
  locate(path: JsonPath): Position | undefined;
}

export const unread = (found: Finding, syntax: Syntax = 'json'): ParsedText => ({
  value: undefined,
  isWhole: false,
  syntax,
  findings: [found],
  repeatedKeys: [],
  locate: () => undefined,
});
