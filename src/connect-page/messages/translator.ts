import { type Html, html } from '../../lib/html.ts';
import {
  type Catalogue,
  formatMessage,
  type Message,
  selectTemplate,
  splitTemplate,
  type ValuesFor,
} from '../../lib/message.ts';
import { CATALOGUES, type Language, type MessageKey, type Messages } from './languages.ts';

/** The page's texts in one language. */
export interface Translator {
  language: Language;
  /** A text, to be escaped like any other. */
  t<K extends MessageKey>(key: K, ...values: ValuesFor<Messages[K]>): string;
  /** A text with markup, in which values are escaped unless they are markup themselves. */
  markup<K extends MessageKey>(key: K, ...values: ValuesFor<Messages[K], Html | string | number>): Html;
  /** A message that another version may have stored; null if it has no text here. */
  translate(message: Message): string | null;
  /** A text without plural forms, with its placeholders. */
  template(key: MessageKey): string;
  /** A text that consists of messages of this version. */
  sentences(messages: readonly Message[]): string;
  /** Joins sentences to a text. */
  join(sentences: readonly string[]): string;
}

export function createTranslator(language: Language): Translator {
  const catalogue: Catalogue = CATALOGUES[language];
  // Japanese puts no space between sentences.
  const join = (sentences: readonly string[]): string => sentences.join(language === 'ja' ? '' : ' ');
  return {
    language,
    t: (key, ...[values]) => formatMessage(catalogue, { key, values: values ?? {} }, language),
    markup: (key, ...[values]) => insertMarkup(CATALOGUES[language][key], values ?? {}, language),
    translate: (message) => {
      try {
        return formatMessage(catalogue, message, language);
      } catch {
        return null;
      }
    },
    template: (key) => selectTemplate(CATALOGUES[language][key], {}, language),
    sentences: (messages) => join(messages.map((message) => formatMessage(catalogue, message, language))),
    join,
  };
}

/** The texts of a catalogue are source code of this project, like the literal parts of a template. */
function insertMarkup(
  template: Catalogue[string],
  values: Readonly<Record<string, Html | string | number>>,
  language: Language,
): Html {
  const parts = splitTemplate(selectTemplate(template, values, language));
  const texts = parts.filter((_, index) => index % 2 === 0);
  const names = parts.filter((_, index) => index % 2 === 1);
  return html(Object.assign(texts, { raw: texts }), ...names.map((name) => values[name]));
}
