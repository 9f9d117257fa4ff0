import { CONNECTION_STATUSES } from '../../connections/connection.ts';
import type { ActivityHour } from '../../fleet/activity/activity.ts';
import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Overview } from '../read-overview.ts';
import { attention } from './attention.ts';
import { barChart, formatNumber, stackedBar } from './chart.ts';
import { pageHead, pill } from './components.ts';
import { CONNECTION_STATUS_LABELS } from './labels.ts';
import { layout } from './layout.ts';

/** What needs attention first, then the fleet and the last day in numbers. */
export function overviewPage(context: ConsoleContext, overview: Overview): Html {
  return layout(
    context,
    'Overview',
    html`${pageHead({ context, title: 'Overview' })}
${isEmpty(overview) ? welcome(context) : attention(context, overview)}
<div class="panels">
${fleetPanel(context, overview)}
${callsPanel(overview)}
${credentialsPanel(overview)}
${rotationsPanel(context, overview)}
</div>`,
  );
}

const isEmpty = ({ fleet: { tenants } }: Overview): boolean =>
  Object.values(tenants).every((count) => count === 0);

/** The first steps, in place of what needs attention. */
function welcome({ consolePath, may }: ConsoleContext): Html {
  return html`<section class="card welcome" aria-labelledby="welcome"><h2 id="welcome">Connect the first customer</h2>
<ol><li><b>Create a tenant.</b> It gets an external ID of its own, which nobody can set.</li>
<li><b>Send a connect link.</b> The customer creates a role in AWS on the page that it opens.</li>
<li><b>See it verified.</b> Five probes show that the role requires exactly this external ID. Then your workers get credentials.</li></ol>
${may('tenants:manage') && html`<p><a class="button" href="${consolePath}/tenants/new">Create a tenant</a></p>`}</section>`;
}

function fleetPanel({ consolePath }: ConsoleContext, { fleet, brokers }: Overview): Html {
  const { tenants, connections } = fleet;
  const total = Object.values(connections).reduce((sum, count) => sum + count, 0);
  const summary = CONNECTION_STATUSES.map(
    (status) => `${connections[status]} ${CONNECTION_STATUS_LABELS[status]}`,
  ).join(', ');
  return html`<section class="card wide" aria-labelledby="fleet"><div class="panel-head"><h2 id="fleet">Connections</h2><p><b class="big">${formatNumber(total)}</b> <span class="muted">of <a href="${consolePath}/tenants?status=active">${formatNumber(tenants.active)} active tenants</a></span></p></div>
${stackedBar(
  `Connections by status: ${summary}`,
  (['verified', 'pending', 'insecure', 'unreachable', 'disabled'] as const).map((status) => ({
    label: CONNECTION_STATUS_LABELS[status].toLowerCase(),
    value: connections[status],
    tone: status,
    href: `${consolePath}/connections?status=${status}`,
  })),
)}
<p class="brokers">${brokers.map(({ partition, state }) => html`<span>Broker <code>${partition}</code> ${pill(state.status, state.status)}</span>`)}</p></section>`;
}

const HOUR_FORMAT = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

const total = (hours: readonly ActivityHour[], of: (hour: ActivityHour) => number): number =>
  hours.reduce((sum, hour) => sum + of(hour), 0);

function dayChart(hours: readonly ActivityHour[], what: string, of: (hour: ActivityHour) => number): Html {
  const bars = hours.map((hour) => ({ label: `${HOUR_FORMAT.format(hour.hour)} UTC`, value: of(hour) }));
  const [first, last] = [bars[0]?.label, bars.at(-1)?.label];
  return html`${barChart(`${what} in each hour of the last day, ${formatNumber(total(hours, of))} in all`, bars)}<p class="axis"><span>${first}</span><span>${last}</span></p>`;
}

function callsPanel({ hours, stsBudget }: Overview): Html {
  const calls = total(hours, ({ stsCalls }) => stsCalls);
  const refusals = total(hours, ({ stsRefusals }) => stsRefusals);
  const peak = Math.max(0, ...hours.map(({ stsPeakPerSecond }) => stsPeakPerSecond));
  const rounded = Math.round(peak * 10) / 10;
  return html`<section class="card" aria-labelledby="calls"><div class="panel-head"><h2 id="calls">STS calls <span class="muted">24 hours</span></h2><p><b class="big">${formatNumber(calls)}</b></p></div>
${dayChart(hours, 'STS calls', ({ stsCalls }) => stsCalls)}
<p class="meter"><label for="budget">Budget of a replica</label><meter id="budget" min="0" max="${stsBudget}" high="${stsBudget * 0.8}" value="${Math.min(peak, stsBudget)}"></meter></p>
<p class="muted">At most <b>${formatNumber(rounded)}</b> of ${formatNumber(stsBudget)} calls a second, in the busiest 10 seconds.</p>
${refusals > 0 && html`<p class="bad-text">${formatNumber(refusals)} calls were not made, because a budget was used up.</p>`}</section>`;
}

function credentialsPanel({ hours }: Overview): Html {
  const issued = total(hours, ({ credentialsIssued }) => credentialsIssued);
  return html`<section class="card" aria-labelledby="credentials"><div class="panel-head"><h2 id="credentials">Credentials <span class="muted">24 hours</span></h2><p><b class="big">${formatNumber(issued)}</b></p></div>
${dayChart(hours, 'Credentials issued', ({ credentialsIssued }) => credentialsIssued)}
<p class="muted">Handed to workers, cached ones included.</p></section>`;
}

function rotationsPanel({ consolePath }: ConsoleContext, { fleet }: Overview): Html {
  const { running, connectionsToMove } = fleet.rotations;
  const { toMove } = fleet.legacy;
  return html`<section class="card" aria-labelledby="changes"><h2 id="changes">Under way</h2>
<dl class="numbers"><div><dt><a href="${consolePath}/rotations">Rotations</a></dt><dd><b class="big">${formatNumber(running)}</b> <span class="muted">${running > 0 && `${formatNumber(connectionsToMove)} connections still to move`}</span></dd></div>
<div><dt><a href="${consolePath}/connections?legacy=true">Imports still to move</a></dt><dd><b class="big">${formatNumber(toMove)}</b></dd></div></dl></section>`;
}
