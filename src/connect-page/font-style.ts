import type { Config } from '../config/config.ts';

const FONT_FACE = 'VendorFont';

/**
 * The style rules for the vendor's fonts; empty without any. With `optional`, the browser never replaces a font that is
 * already shown: text does not move while the page loads.
 */
export function fontStyle({ font, fontFamilies }: Pick<Config['page'], 'font' | 'fontFamilies'>): string {
  const families = [...(font === null ? [] : [FONT_FACE]), ...fontFamilies];
  if (families.length === 0) return '';
  const face = `@font-face{font-family:${FONT_FACE};src:url(font) format("woff2");font-weight:100 900;font-display:optional}`;
  const stack = [...families.map((name) => `"${name}"`), 'var(--sans)'].join(',');
  return `${font === null ? '' : face}body,button,.button{font-family:${stack}}`;
}
