import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHtml, html } from './html.ts';

const DECODED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => DECODED[name] as string);

test('escapes every text so that it cannot leave its tag or attribute and decodes to the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const [, attribute, content] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/s.exec(markup) ?? [];
      expect([attribute, content].map((part) => decode(part ?? ''))).toEqual([text, text]);
    }),
  );
});

test('does not escape markup twice, joins arrays, and inserts nothing for null, undefined and false', () => {
  const list = (['<', html`<b>${'&'}</b>`, null, undefined, false, 0] as const).map((item) => html`${item}`);
  expect(String(html`<i>${list}</i>`)).toBe('<i>&lt;<b>&amp;</b>0</i>');
});

test('rejects an object that imitates the Html class', () => {
  const imitation = JSON.parse('{"markup":"<script>"}');
  expect(() => html`${imitation}`.markup).toThrow();
  expect(escapeHtml(`<a href='x'>"&"</a>`)).toBe('&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;');
});
