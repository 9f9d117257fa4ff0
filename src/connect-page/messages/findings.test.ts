import { describe, expect, test } from 'vitest';
import {
  type Catalogue,
  formatMessage,
  type Message,
  splitTemplate,
  type Template,
} from '../../lib/message.ts';
import { BROKEN_POLICIES } from '../../policy-checks/broken-policies.fixture.ts';
import { checkPolicy } from '../../policy-checks/check-trust-policy.ts';
import type { CheckContext } from '../../policy-checks/context.ts';
import { CATALOGUE, type FindingCode } from '../../policy-checks/findings/catalogue/catalogue.ts';
import { FINDING_TEXTS } from '../../policy-checks/findings/catalogue/texts.ts';
import { finding } from '../../policy-checks/findings/finding.ts';
import { report } from '../../policy-checks/findings/report.ts';
import { wordingFor } from '../../policy-checks/findings/wording.ts';
import { createContext, ID } from '../../policy-checks/policies.fixture.ts';
import { en } from './en/index.ts';
import { SAMPLES } from './finding-samples.fixture.ts';
import { CATALOGUES, LANGUAGES } from './languages.ts';

const TRANSLATIONS = LANGUAGES.filter((language) => language !== 'en');
const context = createContext();
/** No policy is known that causes these. They explain what nothing else does. */
const FALLBACKS = [
  finding('malformed', [], { part: 'other', value: 'Principal' }),
  finding('not_admitted', []),
  finding('opens_without_right_id', [], { probe: 'extended' }),
];

const check = (pasted: unknown, overrides?: Partial<CheckContext>) =>
  checkPolicy(JSON.parse(JSON.stringify(pasted)), createContext(overrides)).findings;

const FINDINGS = [
  ...BROKEN_POLICIES.flatMap(({ policy }) => check(policy(ID))),
  ...SAMPLES.flatMap(([pasted, overrides]) => check(pasted, overrides)),
  ...FALLBACKS.map((one) => report(one, wordingFor(context, 'json'), undefined)),
];

/** The codes of the IAM policy language, in quotation marks or not, IDs, ARNs and numbers in a text. */
const codeIn = (text: string): string[] => {
  const code =
    /"[^"]*"|\b(?:sts|aws|arn):[\w:/*.-]*\w|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?:Not)?(?:Action|Principal|Resource)\b|\b(?:Allow|Deny|Condition|Sid)\b|\d{3,}/g;
  return [...new Set(text.match(code)?.map((one) => one.replaceAll('"', '')) ?? [])].sort();
};

const keysOf = ({ key, values }: Message): string[] => [
  key,
  ...Object.values(values)
    .flat()
    .flatMap((value) => (typeof value === 'object' && 'key' in value ? keysOf(value) : [])),
];

test('there is a finding of every code, and one with every text', () => {
  const codes = new Set(FINDINGS.map(({ code }) => code));
  expect((Object.keys(CATALOGUE) as FindingCode[]).filter((code) => !codes.has(code))).toEqual([]);
  const used = new Set(
    FINDINGS.flatMap(({ messages: { message, fix } }) => [...message, ...fix].flatMap(keysOf)),
  );
  expect(Object.keys(FINDING_TEXTS).filter((key) => !used.has(key))).toEqual([]);
});

describe.each(TRANSLATIONS)('the findings in %s', (language) => {
  const textOf = (messages: readonly Message[], one: keyof typeof CATALOGUES = language) =>
    messages.map((message) => formatMessage(CATALOGUES[one], message, 'en')).join(' ');

  test('quote the same code and values as in English, in other words', () => {
    for (const { code, messages } of FINDINGS)
      for (const part of [messages.message, messages.fix]) {
        const english = textOf(part, 'en');
        expect(textOf(part), code).not.toBe(english);
        expect(codeIn(textOf(part)), english).toEqual(codeIn(english));
        if (language === 'ja') expect(textOf(part), english).toMatch(/[\u3040-\u30ff]/);
      }
  });
});

test('what findings insert into their texts is code, and no sentence in any language', () => {
  const placeholdersOf = (template: Template): string =>
    splitTemplate(typeof template === 'string' ? template : template.other)
      .filter((_, index) => index % 2 === 1)
      .map((name) => `{${name}}`)
      .join(' | ');
  const values: Catalogue = Object.fromEntries(
    Object.entries(en).map(([key, template]) => [key, placeholdersOf(template)]),
  );
  for (const { code, messages } of FINDINGS)
    for (const message of [...messages.message, ...messages.fix]) {
      const inserted = formatMessage(values, message).replace(/aws iam get-role [^|]*|"[^"]*"/g, '');
      expect(inserted, code).not.toMatch(/[a-z]{2,} [a-z]{2,}/);
    }
});
