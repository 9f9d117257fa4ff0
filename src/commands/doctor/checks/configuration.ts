import type { ConfigInspection } from '../../../config/config.ts';
import { ENVIRONMENT } from '../../../config/environment.ts';
import { editDistance } from '../../../lib/edit-distance.ts';
import { failed, ok, type Report, warning } from '../check-result.ts';

const CHECK = 'configuration';
const MAX_TYPO_DISTANCE = 3;
/** Variables of the client, and those that Kubernetes sets for a Service with this name. */
const FOREIGN_VARIABLES =
  /^COUNTERSIGN_(URL|KEY|KEY_FILE|(\w+_)?SERVICE_(HOST|PORT(_\w+)?)|(\w+_)?PORT(_\d+_\w+)?)$/;

/** Reports each missing, malformed, conflicting and unknown variable. */
export function checkConfiguration({ problems, values, config }: ConfigInspection, report: Report): void {
  for (const problem of problems) report(failed(CHECK, problem, fixOf(problem)));
  for (const name of Object.keys(values).filter(isUnknown)) report(unknownVariable(name));
  if (config.publicUrl === null) {
    report(
      warning(
        CHECK,
        'COUNTERSIGN_PUBLIC_URL is not set: links for customers begin with the address that the server listens on',
        'Set COUNTERSIGN_PUBLIC_URL to the https URL under which customers reach this service.',
      ),
    );
  }
  if (problems.length === 0)
    report(ok(CHECK, 'no variable is missing, malformed or contradicted by another one'));
}

function fixOf(problem: string): string {
  const [name] = /[A-Z][A-Z_0-9]{3,}/.exec(problem) ?? ['the variable'];
  return `Correct ${name}. docs/configuration.md describes it.`;
}

const isUnknown = (name: string): boolean =>
  name.startsWith('COUNTERSIGN_') && !FOREIGN_VARIABLES.test(name) && !Object.hasOwn(ENVIRONMENT.shape, name);

function unknownVariable(name: string) {
  const [nearest] = Object.keys(ENVIRONMENT.shape)
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance);
  const fix =
    nearest && nearest.distance <= MAX_TYPO_DISTANCE
      ? `Rename it to ${nearest.known}, or remove it.`
      : 'Remove it, or see docs/configuration.md for the names of all variables.';
  return warning(CHECK, `${name} is set, but Countersign has no such variable and ignores it`, fix);
}
