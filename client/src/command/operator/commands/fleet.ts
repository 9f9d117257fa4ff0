import type { Fleet } from '../../../generated/schemas.ts';
import type { Command, View } from '../command.ts';
import { type Field, formatFields } from '../view/fields.ts';
import { formatTimeAndAge } from '../view/time.ts';

export const fleet: Command = {
  name: 'fleet',
  summary: 'count tenants and connections by their status',
  async run({ client }) {
    const found = await client.getFleet();
    return { document: found, text: (view) => formatFleet(found, view) };
  },
};

function formatFleet(
  { tenants, connections, rotations, legacy, oldestVerificationAt, broker }: Fleet,
  view: View,
) {
  const { active, suspended, offboarded } = tenants;
  return formatFields(
    [
      ['Tenants', `${active} active, ${suspended} suspended, ${offboarded} offboarded`],
      ...Object.entries(connections).map(formatCount),
      ['Rotations', `${rotations.running} running, ${rotations.connectionsToMove} connections to move`],
      ['Imported', `${legacy.toMove} connections to move to their external ID`],
      ['Oldest check', oldestVerificationAt && formatTimeAndAge(oldestVerificationAt, view.now)],
      ...broker.map(({ partition, status }): Field => [`Broker ${partition}`, status, status]),
    ],
    view,
  );
}

/** A status that no connection has is not colored, so that red means that there is something to do. */
function formatCount([status, count]: [string, number], index: number): Field {
  return [index === 0 ? 'Connections' : '', `${count} ${status}`, count > 0 ? status : ''];
}
