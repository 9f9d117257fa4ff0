import type { CallerPrincipal } from '../trust-policy/request-keys.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import { admits } from './ask.ts';
import { accountOf, concernOf, isEverybody } from './concern.ts';
import { nthOf, rulesOf, type Scene, withoutUncertain } from './find-openings.ts';
import { said } from './shape.ts';
import type { Slot } from './statements.ts';
import { conditionJson, type Subject } from './subject.ts';

/**
 * Another identity of our account than the one that calls is still one of ours: it may be made to name this role just
 * as well, and nothing but the ID keeps it from doing so for the wrong customer. The probes, which are made by one
 * identity, cannot see it.
 */
export function findNeighbours(slot: Slot, statement: Statement, scene: Scene): void {
  const { subject, variables, probing, denied, findings } = scene;
  if (statement.effect !== 'Allow' || concernOf(statement, subject, variables) === 'others') return;
  // How the statement opens to the one that calls is said already, and has the same remedy.
  if (findings.mending(slot.index).some(({ probes }) => probes.length > 0)) return;
  const rules = rulesOf(scene, withoutUncertain(statement, subject));
  const open = neighboursIn(statement, subject).find((principal) =>
    [probing.missing, probing.wrong, probing.extended].some((externalId) => {
      const asked = { externalId, principal };
      return !denied(asked) && admits(rules, subject, asked);
    }),
  );
  if (!open) return;
  findings.add('external_id_not_demanded', slot.at, {
    message: `${nthOf(slot)} lets in identities of our account, such as ${said(open.arn)}, without your external ID. Whoever can make us name this role may get in through one of them, whatever other statements demand.`,
    fix: `Add to its Condition: ${conditionJson(subject)}. If another statement lets us in already, remove this one.`,
    mends: slot.index,
  });
}

/** The most that are tried of one statement. */
const MOST = 8;

/** Identities of our account that a statement speaks of: as principals, or in a condition on who calls. */
function neighboursIn({ principals, conditions }: Statement, subject: Subject): CallerPrincipal[] {
  const { accountId, partition } = subject.vendor;
  const named = principals.entries.filter(({ type }) => type === 'AWS').map(({ value }) => value);
  const narrowed = conditions
    .filter(({ key }) => key.toLowerCase() === 'aws:principalarn')
    .flatMap(({ values }) => values.map((value) => value.replace(/[*?]/g, 'x')));
  const some = named.some((value) => accountOf(value) === accountId) || isEverybody({ principals });
  const arns = [...named, ...(some ? [...narrowed, `arn:${partition}:iam::${accountId}:role/x`] : [])];
  return arns
    .filter(
      (arn) => arn.startsWith(`arn:${partition}:`) && accountOf(arn) === accountId && !arn.endsWith(':root'),
    )
    .slice(0, MOST)
    .map((arn) => {
      const type = arn.includes(':user/') ? 'user' : 'role';
      return { type, arn, sessionArn: arn, accountId, partition };
    });
}
