type Rgb = readonly [number, number, number];

/** The backgrounds of the page's style sheet that give the vendor's colour the least contrast. */
export const BACKGROUNDS = { light: '#f4f6f8', dark: '#1a1f25' } as const;

/** Required for text by WCAG 2.2, success criterion 1.4.3. */
const MIN_TEXT_CONTRAST = 4.5;

function parseColour(hex: string): Rgb {
  const [, r = '', g = '', b = ''] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex) ?? [];
  if (r === '') throw new TypeError('a colour must have the form #1a2b3c');
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
}

function toHex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio (WCAG 2.2), 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(parseColour(one)), luminance(parseColour(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Black or white, whichever has more contrast on this colour. One of them always has enough for text. */
export function textOn(colour: string): '#000000' | '#ffffff' {
  return contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000';
}

/** The colour itself, or the nearest shade towards black or white with enough contrast for text on the background. */
export function readableOn(background: string, colour: string): string {
  const towards: Rgb = textOn(background) === '#ffffff' ? [255, 255, 255] : [0, 0, 0];
  const from = parseColour(colour);
  for (let step = 0; step <= 20; step++) {
    const shade = toHex(
      from.map((part, i) => part + ((towards[i] as number) - part) * (step / 20)) as unknown as Rgb,
    );
    if (contrast(shade, background) >= MIN_TEXT_CONTRAST) return shade;
  }
  return toHex(towards);
}

/** The CSS variables for the vendor's colour, for light and dark color schemes. */
export function brandStyle(colour: string): string {
  const rules = (background: string): string =>
    `--brand:${readableOn(background, colour)};--on-brand:${textOn(readableOn(background, colour))}`;
  return `:root{${rules(BACKGROUNDS.light)}}@media(prefers-color-scheme:dark){:root{${rules(BACKGROUNDS.dark)}}}`;
}
