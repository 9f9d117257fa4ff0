import { type Html, html } from '../../lib/html.ts';

const WIDTH = 480;
const HEIGHT = 96;
const GAP = 3;

export interface Bar {
  /** Shown on pointing at the bar. */
  label: string;
  value: number;
}

/** A small bar chart. Screen readers get its summary; the numbers are in a table beside it where they matter. */
export function barChart(summary: string, bars: readonly Bar[]): Html {
  const max = Math.max(1, ...bars.map(({ value }) => value));
  const width = WIDTH / bars.length;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}">
${bars.map(({ label, value }, i) => {
  const height = value === 0 ? 1 : Math.max(2, Math.round((value / max) * HEIGHT));
  return html`<rect class="${value === 0 ? 'zero' : 'bar'}" x="${(i * width + GAP / 2).toFixed(1)}" y="${HEIGHT - height}" width="${(width - GAP).toFixed(1)}" height="${height}" rx="1.5"><title>${label}: ${value}</title></rect>`;
})}
</svg>`;
}

export interface Share {
  label: string;
  value: number;
  tone: string;
  href: string;
}

/** The parts of a whole as one bar, with a legend that leads to each part. */
export function stackedBar(summary: string, shares: readonly Share[]): Html {
  const total = shares.reduce((sum, { value }) => sum + value, 0);
  let x = 0;
  return html`<svg class="stacked" viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-label="${summary}">
<rect class="zero" x="0" y="0" width="1000" height="16"></rect>
${shares.map(({ value, tone }) => {
  if (value === 0 || total === 0) return null;
  // A single broken connection among a million must still be seen.
  const width = Math.max(6, (value / total) * 1000);
  const rect = html`<rect class="${tone}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="16"></rect>`;
  x += width;
  return rect;
})}
</svg>
<ul class="legend">${shares.map(({ label, value, tone, href }) => html`<li><a href="${href}"><span class="dot ${tone}" aria-hidden="true"></span><b>${formatNumber(value)}</b> ${label}</a></li>`)}</ul>`;
}

const NUMBER_FORMAT = new Intl.NumberFormat('en');

export const formatNumber = (value: number): string => NUMBER_FORMAT.format(value);
