import type { TranslationOf } from '../../lib/message.ts';
import { de } from './de/index.ts';
import { en } from './en/index.ts';
import { es } from './es/index.ts';
import { fr } from './fr/index.ts';
import { ja } from './ja/index.ts';

export type Messages = typeof en;
export type MessageKey = keyof Messages;

/** A catalogue in another language than English: every key has a text. */
type Translation = TranslationOf<Messages>;

/** The languages of the page, by their codes (BCP 47). Without any preference, it is the first. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The name of each language in itself. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ja: '日本語',
};

export const CATALOGUES: Record<Language, Translation> = { en, de, fr, es, ja };
