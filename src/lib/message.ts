/** A text for people, independent of their language: its key in a catalogue, and the values to insert. */
export interface Message {
  key: string;
  values: Readonly<Record<string, MessageValue>>;
}

/** A list is joined as the language does it. */
type MessageValue = string | number | Message | readonly MessageValue[];

/** A text with placeholders such as `{vendor}`. A text that depends on `{count}` has the forms of Intl.PluralRules. */
export type Template = string | { one?: string; other: string };

export type Catalogue = Readonly<Record<string, Template>>;

/** The texts of a catalogue in another language: each key has one. */
export type TranslationOf<Source> = Readonly<Record<keyof Source, Template>>;

type NamesIn<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type PlaceholdersOf<T> = NamesIn<T extends { other: infer Other } ? Other : T>;

/** The values that a template needs, as the last argument of a function; no argument if it needs none. */
export type ValuesFor<T, Value = MessageValue> = [PlaceholdersOf<T>] extends [never]
  ? []
  : [values: Readonly<Record<PlaceholdersOf<T>, Value>>];

/** Returns a function that creates messages of a catalogue, and lets the compiler check their keys and values. */
export function createMessages<const C extends Catalogue>(_catalogue: C) {
  return <K extends keyof C & string>(key: K, ...[values]: ValuesFor<C[K]>): Message => ({
    key,
    values: values ?? {},
  });
}

/** Chooses the plural form of a template. */
export function selectTemplate(
  template: Template,
  values: Readonly<Record<string, unknown>>,
  language: string,
): string {
  if (typeof template === 'string') return template;
  const rule = new Intl.PluralRules(language).select(Number(values.count));
  return rule === 'one' ? (template.one ?? template.other) : template.other;
}

/** Splits a template into its texts and, at each odd index, the names of its placeholders. */
export const splitTemplate = (template: string): string[] => template.split(/\{(\w+)\}/);

/** The text of a message. @throws Error if the catalogue does not have its key */
export function formatMessage(catalogue: Catalogue, { key, values }: Message, language = 'en'): string {
  const template = Object.hasOwn(catalogue, key) ? catalogue[key] : undefined;
  if (template === undefined) throw new Error(`no text for ${key}`);
  const format = (value: MessageValue | undefined): string => {
    if (value === undefined) return '';
    if (typeof value === 'number') return value.toLocaleString(language);
    if (typeof value === 'string') return value;
    if ('key' in value) return formatMessage(catalogue, value, language);
    return new Intl.ListFormat(language, { type: 'conjunction' }).format(value.map(format));
  };
  return splitTemplate(selectTemplate(template, values, language))
    .map((part, index) => (index % 2 === 0 ? part : format(values[part])))
    .join('');
}
