import { describe, expect, test } from 'vitest';
import { formatMessage, splitTemplate, type Template } from '../../lib/message.ts';
import { en } from './en/index.ts';
import { CATALOGUES, LANGUAGES, type MessageKey } from './languages.ts';

const KEYS = Object.keys(en) as MessageKey[];
const TRANSLATIONS = LANGUAGES.filter((language) => language !== 'en');

const formsOf = (template: Template): string[] =>
  typeof template === 'string' ? [template] : Object.values(template);
const placeholdersOf = (text: string): string[] =>
  [...new Set(splitTemplate(text).filter((_, index) => index % 2 === 1))].sort();
const tagsOf = (text: string): string[] => (text.match(/<[^>]*>/g) ?? []).sort();

describe.each(LANGUAGES)('the catalogue %s', (language) => {
  const catalogue: Record<string, Template> = CATALOGUES[language];

  test('has the keys of English, and no others', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...KEYS].sort());
  });

  test('has the placeholders and the markup of English in each text', () => {
    const read = (template: Template) => {
      const text = formsOf(template).at(-1) as string;
      return { placeholders: placeholdersOf(text), tags: tagsOf(text) };
    };
    for (const key of KEYS) {
      const template = catalogue[key] as Template;
      expect(read(template), key).toEqual(read(en[key]));
      for (const form of formsOf(template))
        expect(read(template).placeholders, key).toEqual(expect.arrayContaining(placeholdersOf(form)));
    }
  });

  test('has no markup but <b> and <code>, and nothing to escape', () => {
    for (const key of KEYS)
      for (const text of formsOf(catalogue[key] as Template))
        expect(text.replace(/<\/?(b|code)>/g, ''), key).not.toMatch(/[<>&]/);
  });

  test('has a form for one wherever English has one, if the language distinguishes it', () => {
    const distinguishes = new Intl.PluralRules(language).select(1) === 'one';
    for (const key of KEYS.filter((key) => typeof en[key] === 'object'))
      expect(Object.keys(catalogue[key] as object), key).toEqual(
        distinguishes ? ['one', 'other'] : ['other'],
      );
  });
});

test.each(TRANSLATIONS)('no sentence of %s is still in English', (language) => {
  for (const key of KEYS) {
    const [text] = formsOf(en[key]) as [string];
    const terms = text.replace(/\{\w+\}|<[^>]*>/g, '').match(/\p{L}{2,}/gu) ?? [];
    if (terms.length > 2) expect(formsOf(CATALOGUES[language][key]), key).not.toContain(text);
  }
});

test('a message inserts numbers, lists and messages as the language writes them', () => {
  const catalogue = { outer: '{list}; {inner}; {count}', inner: '<{name}>' };
  const values = { list: ['a', 'b', 'c'], inner: { key: 'inner', values: { name: 'x' } }, count: 1234 };
  expect(formatMessage(catalogue, { key: 'outer', values }, 'de')).toBe('a, b und c; <x>; 1.234');
  expect(formatMessage(catalogue, { key: 'outer', values }, 'ja')).toBe('a、b、c; <x>; 1,234');
  expect(() => formatMessage(catalogue, { key: 'toString', values: {} })).toThrow('no text for toString');
});
