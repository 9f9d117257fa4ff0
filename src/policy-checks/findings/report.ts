import { formatMessage, type Message } from '../../lib/message.ts';
import { EXPLANATION_TEXTS } from '../../verification/explanation-texts.ts';
import type { JsonPath } from '../json-values.ts';
import { CATALOGUE, type FindingCode, type Severity, severityOf } from './catalogue/catalogue.ts';
import { common, type Definition, type Sentences } from './catalogue/define.ts';
import { FINDING_TEXTS } from './catalogue/texts.ts';
import type { Finding, Position } from './finding.ts';
import type { Wording } from './wording.ts';

/** One finding in the form that the API returns. */
export interface ReportedFinding {
  code: FindingCode;
  severity: Severity;
  message: string;
  /** `Statement[1].Condition.StringLike["sts:ExternalId"]`; empty for the whole document. */
  path: string;
  fix: string;
  /** `message` and `fix` for pages in other languages. Not part of the API. */
  messages: { message: readonly Message[]; fix: readonly Message[] };
  /** Counted from 1, in the pasted text; absent when the policy was sent as JSON. */
  line?: number;
  column?: number;
}

const ENGLISH = { ...EXPLANATION_TEXTS, ...FINDING_TEXTS };

/** Puts a finding into words. */
export function report(found: Finding, wording: Wording, located: Position | undefined): ReportedFinding {
  const { code, path, details, position } = found;
  const { explain } = CATALOGUE[code] as Definition<unknown>;
  const [message = [], itsFix = []] = explain(details, wording).map(toMessages);
  const fix = found.isShared ? [common('fix.ownStatement', { vendor: wording.vendor }), ...itsFix] : itsFix;
  return {
    code,
    severity: severityOf(found),
    message: inEnglish(message),
    path: formatPath(path),
    fix: inEnglish(fix),
    messages: { message, fix },
    ...(position ?? located),
  };
}

const toMessages = (sentences: Sentences): readonly Message[] =>
  'key' in sentences ? [sentences] : sentences.filter((one) => one !== false);

const inEnglish = (messages: readonly Message[]): string =>
  messages.map((one) => formatMessage(ENGLISH, one)).join(' ');

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
