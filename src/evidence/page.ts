import { createHash } from 'node:crypto';
import { type Html, html } from '../lib/html.ts';
import type { EvidenceReport } from './report.ts';

const STYLE = html`<style>
@page { size: A4; margin: 18mm 16mm }
body { font: 14px/1.45 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem; margin: 0 0 .3rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; break-after: avoid }
h3 { font-size: 1rem; margin: 0; break-after: avoid }
article { border-top: 1px solid #bbb; padding: .7rem 0; break-inside: avoid }
p { margin: .3rem 0 }
dl { display: grid; grid-template-columns: 15rem 1fr; gap: .1rem 1rem; margin: .4rem 0 0; font-size: 12px }
dt { color: #555 }
dd { margin: 0; overflow-wrap: anywhere }
.result { float: right; font-weight: 600 }
.true { color: #146c2e } .false { color: #a40014 } .null { color: #6b4e00 }
.warning { border: 2px solid #a40014; padding: .5rem .8rem }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt }
  dl { font-size: 9pt; grid-template-columns: 5.5cm 1fr }
  .screen { display: none }
}
</style>`;
const STYLE_HASH = createHash('sha256')
  .update(STYLE.markup.replace(/<\/?style>/g, ''))
  .digest('base64');

/** Allows the page's own style only. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The report as a page for A4. It contains the signed report itself, so that a copy of the page can be verified. */
export function evidencePage(report: EvidenceReport): Html {
  const { at, service, summary, requirements, rules, publicKey, signature } = report;
  const data = Buffer.from(JSON.stringify(report)).toString('base64');
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence report of ${service.vendorName}, ${at}</title>
${STYLE}
<h1>Evidence report</h1>
<p>${service.vendorName}, AWS account ${service.vendorAccountId}. Countersign ${service.version}. ${at}</p>
${service.isSandbox && html`<p class="warning">This is a sandbox with an emulated AWS. The report proves nothing about production.</p>`}
<p>Of ${rules.length} rules, ${summary.hold} hold, ${summary.doNotHold} do not hold and ${summary.unknown} are unknown.</p>
<p class="screen"><a download="evidence.json" href="data:application/json;base64,${data}">Download the signed report</a></p>
<h2>Foundational Technical Review: cross-account access</h2>
${requirements.map(({ id, title, ...assessed }) => section(`${id}: ${title}`, assessed))}
<h2>Rules</h2>
${rules.map(({ number, title, ...assessed }) => section(`${number}. ${title}`, assessed))}
<h2>Signature</h2>
<p>Ed25519 over the canonical JSON of the report. docs/evidence.md says how to verify it.</p>
<dl><dt>public key</dt><dd>${publicKey}</dd><dt>signature</dt><dd>${signature}</dd></dl>
</html>`;
}

function section(
  heading: string,
  { holds, reason, facts }: Pick<EvidenceReport['rules'][number], 'holds' | 'reason' | 'facts'>,
): Html {
  const result = holds === null ? 'unknown' : holds ? 'holds' : 'does not hold';
  return html`<article>
<span class="result ${String(holds)}">${result}</span>
<h3>${heading}</h3>
<p>${reason}</p>
${facts.length > 0 && html`<dl>${facts.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
</article>`;
}
