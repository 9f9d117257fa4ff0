import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import { allow, condition, createContext, ID, policyOf, ROOT, requiring } from '../policies.fixture.ts';

const right = policyOf(allow(requiring()));
const text = JSON.stringify(right, null, 2);

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const messagesOf = (pasted: unknown) => check(pasted).findings.map(({ message }) => message);

test.each(['null', '42', '"text"', '[]', 'true', '[1]', '{}', null, 42, []])(
  'JSON that is no policy is called JSON: %j',
  (pasted) => {
    expect(messagesOf(pasted)).toEqual([expect.stringMatching(/^This is JSON but not a trust policy/)]);
  },
);

test('a text that is not JSON is called so, also if an API returned it percent-encoded or quoted', () => {
  expect(messagesOf('text')).toEqual([expect.stringMatching(/^This is not JSON/)]);
  expect(messagesOf(JSON.stringify(ROOT))).toEqual([expect.stringMatching(/^This is an ARN/)]);
});

test.each([
  ['non-breaking hyphens', '2012\u201110\u201117', 'a typographic hyphen or dash (U+2011)'],
  ['a space', '2012-10-17 ', 'a space (U+0020)'],
  ['an invisible character', '\u200b2012-10-17', 'an invisible character (U+200B)'],
])('a Version with %s is named for what it is, with the value to write', (_, Version, character) => {
  const [found] = check({ ...right, Version }).findings;
  expect(found?.message).toContain(character);
  expect(found?.message).not.toContain('the date');
  expect(found?.fix).toContain('"2012-10-17"');
});

describe('entities of a web page are decoded, and the policy is checked', () => {
  test.each([
    ['named', text.replaceAll('"', '&quot;')],
    ['decimal', text.replaceAll('"', '&#34;')],
    ['hexadecimal', text.replaceAll('"', '&#x22;')],
    ['escaped twice', text.replaceAll('"', '&amp;quot;')],
    ['with other characters', text.replaceAll('"', '&quot;').replaceAll(':', '&#58;')],
    ['for spaces too', text.replaceAll('"', '&quot;').replaceAll(' ', '&nbsp;')],
  ])('%s', (_, pasted) => {
    const checked = check(pasted);
    expect([checked.verdict, checked.suggestedChange]).toEqual(['invalid', 'replace_policy']);
    expect(checked.findings).toHaveLength(1);
    expect(checked.findings[0]?.message).toMatch(
      /^Line 2, column [13]: "&.*;" is how the source of a web page/,
    );
    expect(checked.suggestedPolicy).toEqual(right);
  });
});

test('the source of a web page is called so, and an ampersand in valid JSON is none', () => {
  const escaped = text.replaceAll('"', '&quot;');
  for (const pasted of [`<pre>${text}</pre>`, `<span>{</span>${escaped.slice(1)}`])
    expect(messagesOf(pasted)).toEqual([expect.stringMatching(/^This is the source of a web page/)]);
  const curly = check(text.replace('"Allow"', '&ldquo;Allow&rdquo;'));
  expect(curly.findings.map(({ message }) => message)[1]).toContain('a curly quotation mark');
  expect(check(text.replace(ID, 'a&amp;b')).verdict).toBe('not_assumable');
});

describe('each syntax mistake is reported', () => {
  const linesOf = (pasted: string) =>
    check(pasted).findings.flatMap(({ code, line }) => (code === 'syntax_error' ? [line] : []));
  const withoutCommas = text.replace('"2012-10-17",', '"2012-10-17"').replace('"Allow",', '"Allow"');

  test('in the order of the text', () => {
    expect(linesOf(withoutCommas.replace('"sts:AssumeRole"', "'sts:AssumeRole'"))).toEqual([3, 6, 9]);
  });

  test('once if its fix corrects it everywhere, and not more than five', () => {
    expect(linesOf(text.replaceAll('"', "'"))).toEqual([2]);
    expect(linesOf(text.replaceAll('": ', '": /* */ '))).toHaveLength(5);
  });

  test('also before the one that ends the reading', () => {
    expect(linesOf(withoutCommas.replace('"StringEquals":', '"StringEquals"'))).toEqual([3, 6, 11]);
  });
});

test('a fix adds to a Condition only where the statement has one', () => {
  const fixOf = (pasted: unknown) => check(pasted).findings[0]?.fix;
  const whole = `"Condition": {"StringEquals": {"sts:ExternalId": "${ID}"}}`;
  expect(fixOf(policyOf(allow()))).toContain(`Add this Condition: ${whole}.`);
  const other = allow(condition('Bool', 'true', 'aws:SecureTransport'));
  expect(fixOf(policyOf(other))).toContain(`Add to its Condition: "StringEquals": {`);
  const denial = { ...allow({ Principal: '*', ...condition('StringNotEquals', ID) }), Effect: 'Deny' };
  const byDeny = check(policyOf(allow(), denial)).findings.find(({ code }) => code === 'external_id_by_deny');
  expect(byDeny?.fix).toContain(`Add this Condition: ${whole}.`);
});

test.each([
  [
    'Terraform CDK or Pulumi',
    'assumeRolePolicy: JSON.stringify({\n  Version: "2012-10-17",\n  Statement: [],\n}),',
  ],
  ['JavaScript', "const policy = {\n  Version: '2012-10-17',\n  Statement: [],\n};"],
  ['Python', 'policy = {\n  "Version": "2012-10-17",\n  "Statement": [],\n}'],
])('code of a program is text before the policy, and no wrong YAML: %s', (_, code) => {
  expect(check(code).findings.map(({ message }) => message)).toEqual([
    'There is other text before the policy. A policy begins with {.',
  ]);
});
