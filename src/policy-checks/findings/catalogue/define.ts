import { createMessages, type Message } from '../../../lib/message.ts';
import type { CallerName } from '../../context.ts';
import type { Wording } from '../wording.ts';

/** Texts of several findings, in English. */
export const COMMON_TEXTS = {
  'fix.ownStatement':
    'This statement also trusts others. To change nothing for them, first move the principal of {vendor} to a statement of its own.',
  'fix.write': 'Write {value}.',
  'fix.replace': 'Replace it with {value}.',
  'fix.remove': 'Remove {value}.',
  'fix.addCondition': 'Add this Condition: {condition}.',
  'fix.addToCondition': 'Add to its Condition: {condition}.',
  'fix.useSuggestedPolicy': 'Use the suggested policy.',
  'fix.principalOfDeny':
    'Write the principal that the statement should deny. Without it, the statement denies less than it should.',
  'finding.vendorSends': '{vendor} sends {ids}, so AWS denies the request.',
  'finding.vendorRole': 'the role {role} of {vendor}',
} as const;

export const common = createMessages(COMMON_TEXTS);

/** Requires the external ID in a statement that does not. */
export const requireExternalId = (hasCondition: boolean, { condition, externalId }: Wording): Message =>
  hasCondition
    ? common('fix.addToCondition', { condition: externalId })
    : common('fix.addCondition', { condition });

export const write = (value: string): Message => common('fix.write', { value });

/** The identity that calls, to be inserted into a sentence. */
export const nameCaller = (caller: CallerName, vendor: string): string | Message =>
  'arn' in caller ? caller.arn : common('finding.vendorRole', { role: caller.role, vendor });

/** One message, or sentences that follow each other. */
export type Sentences = Message | readonly (Message | false)[];

/** One kind of finding: its severity, its line in the documentation, and its text for the values at hand. */
export interface Definition<Details> {
  /** `either` is an error where it allows others or denies the vendor, else a warning. */
  level: 'error' | 'warning' | 'either';
  description: string;
  explain: (details: Details, wording: Wording) => [message: Sentences, fix: Sentences];
}

const define =
  (level: Definition<unknown>['level']) =>
  <Details = undefined>(
    description: string,
    explain: Definition<Details>['explain'],
  ): Definition<Details> => ({ level, description, explain });

export const error = define('error');
export const warning = define('warning');
export const errorOrWarning = define('either');

/** An operator that is wrong for an external ID in any case. */
export const wrongOperator = (description: string, explain: (values: { operator: string }) => Message) =>
  error<{ operator: string }>(description, ({ operator }, { externalId }) => [
    explain({ operator }),
    common('fix.replace', { value: externalId }),
  ]);
