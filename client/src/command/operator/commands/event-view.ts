import type { Event } from '../../../generated/schemas.ts';
import type { View } from '../command.ts';
import { type Column, formatTable } from '../view/table.ts';
import { formatTime } from '../view/time.ts';
import { labelOf } from './connection-view.ts';

/** The members of the data that most types have; each type has others too. */
interface EventMembers {
  tenant?: { name: string; reference: string | null };
  accountId?: string;
  status?: string;
  previousStatus?: string;
  reason?: string;
  code?: string | null;
  host?: string;
}

const membersOf = ({ data }: Event): EventMembers => data;

/** Only what identifies things and says what happened; external IDs are in the JSON. */
const EVENT_COLUMNS: readonly Column<Event>[] = [
  { title: 'TIME (UTC)', cell: ({ at }) => formatTime(at) },
  { title: 'EVENT', cell: ({ type }) => type },
  { title: 'TENANT', cell: (event) => formatTenant(membersOf(event)), isFlexible: true },
  { title: 'ACCOUNT', cell: (event) => membersOf(event).accountId ?? '', isOptional: true },
  { title: 'WHAT', cell: (event) => formatChange(membersOf(event)), isFlexible: true },
  { title: 'CONNECTION', cell: ({ connectionId }) => connectionId ?? '', isOptional: true },
];

export function formatEvents(events: readonly Event[], view: View): string {
  return formatTable(EVENT_COLUMNS, events, view);
}

/** The width of the longest type, so that lines which are printed one after the other are aligned. */
const TYPE_WIDTH = 'connection.recovered'.length;

/** Formats an event as one line, as long as it is. */
export function formatEventLine(event: Event, view: View): string {
  const [time = '', type = '', ...others] = EVENT_COLUMNS.map(({ cell }) => cell(event, view));
  return [time, type.padEnd(TYPE_WIDTH), ...others.filter((text) => text !== '')].join('  ');
}

const formatTenant = ({ tenant }: EventMembers): string => (tenant === undefined ? '' : labelOf(tenant));

function formatChange({ status, previousStatus, reason, code, host }: EventMembers): string {
  const change = previousStatus === undefined ? status : `${previousStatus} → ${status}`;
  const cause = reason ?? code;
  return [host, change, cause && cause !== status && `(${cause})`].filter(Boolean).join(' ');
}
