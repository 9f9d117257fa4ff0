import { escapeNonAscii } from '../lib/ascii-json.ts';
import type { SharedSetupKit } from './setup-kit.ts';

/**
 * Formats JSON in printable ASCII, because tools change other characters: HCL normalizes strings to Unicode NFC,
 * `aws-cli` decodes its arguments by the locale, and YAML 1.1 reads U+0085 and U+2028 as line breaks.
 */
export function formatAsciiJson(value: unknown): string {
  return escapeNonAscii(JSON.stringify(value, null, 2));
}

const normalizeSpace = (text: string, maxCharacters: number): string =>
  [...text.replace(/\s+/g, ' ').trim()].slice(0, maxCharacters).join('');

/**
 * Formats text for one line of a comment. All characters that do not print are removed, not only line breaks: a
 * right-to-left override in a name could change how the following lines look.
 */
export const formatComment = (text: string): string =>
  normalizeSpace(text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, ' '), 200);

/** Characters that names often contain, and that have no decomposition to Latin-1. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u0141': 'L',
  '\u0142': 'l',
  '\u0152': 'OE',
  '\u0153': 'oe',
};

function toLatin1(text: string): string {
  return text.normalize('NFC').replace(/[^\s\x20-\x7e\xa1-\xff]/gu, (character) => {
    const decomposed = REPLACEMENTS[character] ?? character.normalize('NFKD');
    return decomposed.replace(/[^\x20-\x7e\xa1-\xff]/gu, '');
  });
}

/**
 * Formats the description of the role. IAM accepts tab, line feed, carriage return, U+0020 to U+007E and U+00A1 to U+00FF,
 * up to 1,000 characters (IAM API Reference, "CreateRole"). Line breaks become spaces, other characters lose their accents
 * or are removed, and a name without any remaining letter is replaced by the vendor's account. `{{` is split because CloudFormation resolves `{{resolve:…}}` everywhere and has no escape for it.
 */
export function formatRoleDescription(kit: SharedSetupKit, tenantId: string | null): string {
  const format = (text: string) => normalizeSpace(toLatin1(text), 200);
  const vendor = /[\p{L}\p{N}]/u.test(toLatin1(kit.vendor.name))
    ? kit.vendor.name
    : `AWS account ${kit.vendor.accountId}`;
  const purpose = tenantId === null ? '' : ` for tenant ${format(tenantId)}`;
  return `Allows ${format(vendor)} to access this account${purpose}`.replace(/\{(?=\{)/g, '{ ');
}

/** Formats the value of a tag: letters, digits, spaces and `_.:/=+-@`, up to 256 (IAM API Reference, "Tag"). */
export const formatTagValue = (text: string): string =>
  normalizeSpace(text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, ''), 256);

/** The first lines of every artifact that can contain comments. */
export function formatHeader(kit: SharedSetupKit, tenantId: string | null): string[] {
  const vendor = `${formatComment(kit.vendor.name)} (AWS account ${kit.vendor.accountId})`;
  const purpose = `Creates the IAM role that ${vendor} uses to access your AWS account.`;
  return tenantId === null
    ? [
        purpose,
        'Open this template with the link from the vendor. The link contains your external ID: do not change it.',
      ]
    : [
        purpose,
        `Only for tenant ${formatComment(tenantId)}.`,
        'The vendor issued the external ID below. Do not change it: the role works with no other.',
      ];
}
