import { readFileSync } from 'node:fs';

const MAX_LOGO_KB = 256;
const MAX_FONT_KB = 512;

export interface BrandFile {
  mediaType: 'image/svg+xml' | 'image/png' | 'font/woff2';
  content: Buffer;
}

export interface FileType {
  description: string;
  maxKb: number;
  detect: (content: Buffer) => BrandFile['mediaType'] | null;
}

export const LOGO: FileType = {
  description: 'SVG or PNG',
  maxKb: MAX_LOGO_KB,
  detect: (content) => {
    if (content.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'image/png';
    return /<svg[\s>]/.test(content.toString('utf8')) ? 'image/svg+xml' : null;
  },
};

export const FONT: FileType = {
  description: 'WOFF2',
  maxKb: MAX_FONT_KB,
  detect: (content) => (content.subarray(0, 4).toString('latin1') === 'wOF2' ? 'font/woff2' : null),
};

/** An error is added to `problems`. */
export function readBrandFile(
  { name, file, description, maxKb, detect }: { name: string; file: string | undefined } & FileType,
  problems: string[],
): BrandFile | null {
  if (file === undefined) return null;
  try {
    const content = readFileSync(file);
    if (content.length > maxKb * 1024) throw new Error(`it is larger than ${maxKb} KB`);
    const mediaType = detect(content);
    if (mediaType === null) throw new Error(`it is not ${description}`);
    return { mediaType, content };
  } catch (error) {
    problems.push(
      `${name} must name a file in ${description}: ${error instanceof Error ? error.message : error}`,
    );
    return null;
  }
}
