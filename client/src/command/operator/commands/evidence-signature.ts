import { createPublicKey, verify } from 'node:crypto';
import type { EvidenceReport } from '../../../generated/schemas.ts';

/** Reads a report from its JSON, or from the page that contains it; undefined: the text contains none. */
export function readReport(text: string): EvidenceReport | undefined {
  const embedded = /href="data:application\/json;base64,([A-Za-z0-9+/=]+)"/.exec(text)?.[1];
  try {
    const report = JSON.parse(embedded === undefined ? text : Buffer.from(embedded, 'base64').toString());
    return isReport(report) ? report : undefined;
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is EvidenceReport {
  const { publicKey, signature, service, requirements, rules } = (value ?? {}) as Partial<EvidenceReport>;
  return (
    typeof publicKey === 'string' &&
    typeof signature === 'string' &&
    typeof service?.vendorName === 'string' &&
    [requirements, rules].every(Array.isArray)
  );
}

/** Checks the signature of a report. Returns what is wrong; undefined: it is valid. */
export function verifySignature(
  { signature, ...content }: EvidenceReport,
  expectedKey: string | undefined,
): string | undefined {
  if (expectedKey !== undefined && content.publicKey !== expectedKey)
    return 'the report is signed with another key than the expected one';
  try {
    const key = createPublicKey({
      key: Buffer.from(content.publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const isValid =
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(canonicalJson(content)), key, Buffer.from(signature, 'base64'));
    return isValid ? undefined : 'the signature is not valid: the report was changed after it was signed';
  } catch {
    return 'the public key of the report is not an Ed25519 key';
  }
}

/** Canonical JSON (RFC 8785): the keys sorted, no white space. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
