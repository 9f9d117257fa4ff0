import type { Findings, JsonPath } from './finding.ts';
import type { PolicyRequirements } from './requirements.ts';

/** The statement whose grammar is being repaired, and where its findings go. */
export interface RepairContext {
  path: JsonPath;
  index: number;
  requirements: PolicyRequirements;
  findings: Findings;
}
