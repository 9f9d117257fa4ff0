import { createHash } from 'node:crypto';
import { type Html, html } from '../../lib/html.ts';

const STYLE = html`<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
:root { color-scheme: light dark }
</style>`;
const STYLE_HASH = createHash('sha256')
  .update(STYLE.markup.replace(/<\/?style>/g, ''))
  .digest('base64');

/** Allows the page's own style only. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`;

export function errorPage(description: {
  code: string;
  status: number;
  title: string;
  when: string;
  remedy: string;
}): Html {
  const { code, status, title, when, remedy } = description;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${code}</title>
${STYLE}
<h1>${title}</h1>
<p><code>${code}</code>, HTTP status ${status}</p>
<h2>When it occurs</h2>
<p>${withCode(when)}</p>
<h2>What to do</h2>
<p>${withCode(remedy)}</p>
</html>`;
}

/** Shows text between backticks as code. */
function withCode(text: string): Html[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
