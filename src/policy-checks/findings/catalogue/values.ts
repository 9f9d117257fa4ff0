import { createMessages, type Message } from '../../../lib/message.ts';
import type { OtherExternalId } from '../../compare-external-id.ts';
import type { OddCharacter } from '../../odd-characters.ts';

/** What is odd about a value, in English. */
export const VALUE_TEXTS = {
  'value.oddCharacters': 'It contains {characters}.',
  'character.tab': 'a tab ({code})',
  'character.line_break': 'a line break ({code})',
  'character.space': 'a space ({code})',
  'character.unusual_space': 'an unusual space ({code})',
  'character.invisible': 'an invisible character ({code})',
  'character.dash': 'a typographic hyphen or dash ({code})',
  'character.quotation_mark': 'a curly quotation mark ({code})',
  'character.other': 'the character {character} ({code})',

  'externalId.retired': '{value} was your external ID and has been replaced.',
  'externalId.placeholder': '{value} looks like a placeholder.',
  'externalId.other': '{value} is not the external ID that was issued to you.',
  'typo.white_space': '{value} is your external ID with white space around it.',
  'typo.upper_case': '{value} is your external ID in capital letters, but case matters.',
  'typo.odd_characters': '{value} is your external ID with {characters} in it.',
  'typo.no_hyphens': '{value} is your external ID without its hyphens.',
  'typo.quotation_marks': '{value} is your external ID with quotation marks inside the value.',
  'typo.brackets': '{value} is your external ID with brackets around it.',
  'typo.punctuation': '{value} is your external ID with different punctuation.',
  'typo.beginning': '{value} is only the beginning of your external ID.',
  'typo.additional_text': '{value} is your external ID with additional text around it.',
  'typo.characters_differ': {
    one: '{value} is your external ID except for {count} character.',
    other: '{value} is your external ID except for {count} characters.',
  },
} as const;

const text = createMessages(VALUE_TEXTS);

const describeCharacters = (characters: readonly OddCharacter[]): Message[] =>
  characters.map(({ kind, ...values }) => text(`character.${kind}`, values));

/** The sentence that a value contains odd characters; false if it contains none. */
export const oddCharactersOf = (characters: readonly OddCharacter[]): Message | false =>
  characters.length > 0 && text('value.oddCharacters', { characters: describeCharacters(characters) });

/** @param value in quotation marks */
export function describeExternalId(value: string, compared: OtherExternalId): Message {
  if (compared.kind !== 'mistyped') return text(`externalId.${compared.kind}`, { value });
  const { typo, distance, characters } = compared;
  if (typo === 'characters_differ') return text(`typo.${typo}`, { value, count: distance ?? 0 });
  if (typo !== 'odd_characters') return text(`typo.${typo}`, { value });
  return text(`typo.${typo}`, { value, characters: describeCharacters(characters ?? []) });
}
