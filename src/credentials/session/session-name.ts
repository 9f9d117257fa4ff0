/** The fields that a template may contain, each once. */
export const SESSION_NAME_FIELDS = ['worker', 'tenant', 'reference', 'purpose', 'unique'] as const;

type Field = (typeof SESSION_NAME_FIELDS)[number];

/** Literal text and fields, in the order in which they appear in the session name. */
export type SessionNameTemplate = readonly ({ text: string } | { field: Field })[];

/** STS accepts 2 to 64 of these characters as RoleSessionName (STS API reference, AssumeRole). */
const MAX_LENGTH = 64;
const FORBIDDEN = /[^\w+=,.@-]+/g;
/** Hexadecimal digits that distinguish the sessions of one worker. */
export const UNIQUE_LENGTH = 10;
/** The template is rejected if its literal text leaves less than this for each field. */
const MIN_FIELD_LENGTH = 8;

export interface SessionNameValues {
  workerId: string;
  workerName: string;
  tenantId: string;
  tenantReference: string | null;
  purpose: string | null;
  /** `UNIQUE_LENGTH` random characters that STS accepts. */
  unique: string;
}

/**
 * Parses a template such as `{worker}-{reference}-{unique}`. A template without `{unique}` gets it at its end, because
 * two sessions with one name could not be told apart in CloudTrail.
 * @returns the template, or why it cannot be used
 */
export function parseSessionNameTemplate(
  text: string,
): { template: SessionNameTemplate } | { problem: string } {
  const template: SessionNameTemplate[number][] = [];
  for (const part of text.split(/(\{[^{}]*\})/).filter((part) => part !== '')) {
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (name === undefined && part.search(FORBIDDEN) >= 0)
      return {
        problem: `contains "${part}": STS allows only letters, digits and _+=,.@- outside the fields in braces`,
      };
    if (name === undefined) template.push({ text: part });
    else if (!isField(name))
      return {
        problem: `contains the unknown field {${name}}; the fields are ${SESSION_NAME_FIELDS.map((field) => `{${field}}`).join(', ')}`,
      };
    else if (hasField(template, name)) return { problem: `contains the field {${name}} twice` };
    else template.push({ field: name });
  }
  if (!hasField(template, 'unique')) {
    if (template.length > 0) template.push({ text: '-' });
    template.push({ field: 'unique' });
  }
  const available = lengthForFields(template);
  const needed = MIN_FIELD_LENGTH * shortenedFields(template).length;
  return available < needed
    ? { problem: `leaves ${available} of ${MAX_LENGTH} characters for its fields, which need ${needed}` }
    : { template };
}

/**
 * Builds a session name that STS accepts, whatever the values are. Characters that STS rejects are replaced. If the
 * name would be too long, the longest values are cut at their end; `{unique}` never is.
 */
export function buildSessionName(template: SessionNameTemplate, values: SessionNameValues): string {
  const fields = shortenedFields(template);
  const texts = fields.map((field) => textOf(field, values));
  const lengths = shareLength(
    texts.map((text) => text.length),
    lengthForFields(template),
  );
  const shortened = new Map<Field, string>([['unique', values.unique]]);
  for (const [index, field] of fields.entries())
    shortened.set(field, trimSeparators((texts[index] ?? '').slice(0, lengths[index])));
  return template.map((part) => ('text' in part ? part.text : (shortened.get(part.field) ?? ''))).join('');
}

function isField(name: string): name is Field {
  return (SESSION_NAME_FIELDS as readonly string[]).includes(name);
}

function hasField(template: SessionNameTemplate, field: Field): boolean {
  return template.some((part) => 'field' in part && part.field === field);
}

function shortenedFields(template: SessionNameTemplate): Field[] {
  return template.flatMap((part) => ('field' in part && part.field !== 'unique' ? [part.field] : []));
}

function lengthForFields(template: SessionNameTemplate): number {
  const literals = template.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0);
  return MAX_LENGTH - UNIQUE_LENGTH - literals;
}

/** A value in characters that STS accepts. A name in another script leaves none of them, so that the ID replaces it. */
function textOf(field: Field, values: SessionNameValues): string {
  const tenant = suffixOf(values.tenantId);
  switch (field) {
    case 'worker':
      return transliterate(values.workerName) || suffixOf(values.workerId);
    case 'tenant':
      return tenant;
    case 'reference':
      return transliterate(values.tenantReference ?? '') || tenant;
    case 'purpose':
      return transliterate(values.purpose ?? '') || 'none';
    case 'unique':
      return values.unique;
  }
}

/** The part of a TypeID after its prefix. */
function suffixOf(id: string): string {
  return id.slice(id.lastIndexOf('_') + 1);
}

/** Latin letters that Unicode does not decompose into a base letter and a mark. */
const LATIN_LETTERS: Record<string, string> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ı: 'i',
};

/** Removes diacritics, and replaces each run of characters that STS rejects by a hyphen. */
function transliterate(text: string): string {
  const latin = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return trimSeparators(
    latin.replace(/[ßẞæÆœŒøØłŁđĐðÐþÞı]/g, (letter) => LATIN_LETTERS[letter] ?? '-').replace(FORBIDDEN, '-'),
  );
}

function trimSeparators(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}

/** Divides the available length: short values keep theirs, and the longer ones get equal shares of the rest. */
function shareLength(lengths: readonly number[], available: number): number[] {
  const shares = lengths.map(() => 0);
  const byLength = [...lengths.keys()].sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0));
  let rest = available;
  for (const [position, index] of byLength.entries()) {
    const share = Math.min(lengths[index] ?? 0, Math.floor(rest / (byLength.length - position)));
    shares[index] = share;
    rest -= share;
  }
  return shares;
}
