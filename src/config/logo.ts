import { readFileSync } from 'node:fs';

const MAX_LOGO_KB = 256;

export interface Logo {
  mediaType: 'image/svg+xml' | 'image/png';
  content: Buffer;
}

/** Reads the vendor's logo at startup. An error is added to `problems`. */
export function readLogo(file: string | undefined, problems: string[]): Logo | null {
  if (file === undefined) return null;
  try {
    const content = readFileSync(file);
    if (content.length > MAX_LOGO_KB * 1024) throw new Error(`it is larger than ${MAX_LOGO_KB} KB`);
    return { mediaType: detectMediaType(content), content };
  } catch (error) {
    problems.push(
      `COUNTERSIGN_VENDOR_LOGO_FILE must name an SVG or PNG file: ${error instanceof Error ? error.message : error}`,
    );
    return null;
  }
}

function detectMediaType(content: Buffer): Logo['mediaType'] {
  if (content.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (/<svg[\s>]/.test(content.toString('utf8'))) return 'image/svg+xml';
  throw new Error('it is neither SVG nor PNG');
}
