import type { Finding, Position } from '../findings/finding.ts';
import type { Syntax } from '../findings/wording.ts';
import type { JsonPath } from '../json-values.ts';

/** What was read of a text. Nothing of it was lost, so that a corrected policy can replace it. */
export interface ParsedText {
  value: unknown;
  syntax: Syntax;
  findings?: Finding[];
  /** The paths of keys that an object has twice. */
  repeatedKeys?: readonly JsonPath[];
  locate?: (path: JsonPath) => Position | undefined;
}

/** A text that cannot be read as a whole: findings about a part of it could be wrong. */
export class UnreadableText extends Error {
  readonly found: Finding;
  readonly syntax: Syntax;

  constructor(found: Finding, syntax: Syntax = 'json') {
    super(found.code);
    this.found = found;
    this.syntax = syntax;
  }
}
