import type { Finding } from '../findings/finding.ts';
import type { JsonObject } from '../json-values.ts';

/** A part of a document after its grammar was repaired, and a finding for each mistake. */
export interface Repaired<Value = JsonObject> {
  value: Value;
  findings: Finding[];
}
