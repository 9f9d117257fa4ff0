import type { OperationInput } from '../../../api/operation.ts';
import type { Page } from '../../../api/pages.ts';
import { CountersignError } from '../../../error.ts';
import type { Event, EventType } from '../../../generated/schemas.ts';
import { formatError } from '../../exit-codes.ts';
import type { Command, Context, Option } from '../command.ts';
import { toAsciiJson, toPrintable, toPrintableLine } from '../view/text.ts';
import { formatEventLine, formatEvents } from './event-view.ts';
import { findTenantId } from './find.ts';
import { MAX_PAGE_SIZE } from './read-pages.ts';
import { limitOption, parseLimit, parseSince } from './values.ts';

const DEFAULT_LIMIT = 1000;
const DEFAULT_SINCE = '24h';
const POLL_INTERVAL_MS = 2000;

type Filter = OperationInput<'listEvents'>;

const filterOptions = (defaultSince: string): Record<string, Option> => ({
  type: { value: '<types>', help: 'only these types, separated by commas, such as connection.degraded' },
  tenant: { value: '<id or reference>', help: 'only events of this tenant' },
  connection: { value: '<connectionId>', help: 'only events of this connection' },
  since: { value: '<time>', help: `from then on: 30m, 15h, 7d, or a time (default ${defaultSince})` },
});

export const eventsList: Command = {
  name: 'events list',
  summary: 'list events, the oldest first',
  options: {
    ...filterOptions(`${DEFAULT_SINCE}; with --tenant or --connection, all`),
    limit: limitOption(DEFAULT_LIMIT),
  },
  async run(context) {
    const { tenant, connection, since, limit: limitText } = context.options;
    const limit = parseLimit(limitText, DEFAULT_LIMIT);
    const isNarrow = tenant !== undefined || connection !== undefined;
    const filter = await readFilter(context, since ?? (isNarrow ? undefined : DEFAULT_SINCE));
    const feed = await readFeed(context, filter, limit);
    return {
      document: feed,
      text: (view) => formatEvents(feed.data, view),
      notes: notesOn(feed.data.length, limit),
    };
  },
};

async function readFilter({ client, io, options }: Context, since: string | undefined): Promise<Filter> {
  const { type, tenant, connection } = options;
  return {
    ...(since !== undefined && { since: parseSince(since, io.now()) }),
    // The service checks the types, and lists those that there are.
    ...(type !== undefined && { types: type.split(',') as EventType[] }),
    ...(tenant !== undefined && { tenantId: await findTenantId(client, tenant) }),
    ...(connection !== undefined && { connectionId: connection }),
  };
}

/** Reads the feed to its end, or up to a number of events. It has a cursor also at its end. */
async function readFeed({ client }: Context, filter: Filter, limit: number): Promise<Page<Event>> {
  const data: Event[] = [];
  let position = filter;
  for (;;) {
    const count = Math.min(MAX_PAGE_SIZE, limit - data.length);
    const page = await client.listEvents({ ...position, limit: count });
    data.push(...page.data);
    if (page.data.length < count || data.length === limit) return { data, nextCursor: page.nextCursor };
    position = continueAfter(position, page.nextCursor);
  }
}

/** Before the first event of all there is no cursor, so the reader begins at the same time again. */
function continueAfter({ since, ...filter }: Filter, cursor: string | null): Filter {
  if (cursor !== null) return { ...filter, after: cursor };
  return since === undefined ? filter : { ...filter, since };
}

function notesOn(count: number, limit: number): string[] {
  if (count === 0) return ['no events'];
  return count < limit ? [] : [`there may be more events; pass --limit or a later --since to see them`];
}

export const eventsFollow: Command = {
  name: 'events follow',
  summary: 'print events as they happen, until Ctrl-C',
  options: filterOptions('now'),
  notes: 'With --json, each event is one line.',
  async run(context) {
    const filter = await readFilter(context, context.options.since ?? '0s');
    await follow(context, filter);
    return { document: undefined, text: () => '' };
  },
};

/** Polls the feed with its cursor until a termination signal. An outage is reported, and no event is lost by it. */
async function follow(context: Context, filter: Filter): Promise<void> {
  const { io } = context;
  const controller = new AbortController();
  const { signal } = controller;
  void io.waitForTermination().then(() => controller.abort());
  let position = filter;
  try {
    for (;;) {
      const page = await readPage(context, position, signal);
      for (const event of page?.data ?? []) io.writeOutput(`${formatLine(event, context)}\n`);
      if (page) position = continueAfter(position, page.nextCursor);
      if (page?.data.length !== MAX_PAGE_SIZE) await io.pause(POLL_INTERVAL_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Returns undefined if the service is unavailable at the moment. */
async function readPage({ client, io }: Context, position: Filter, signal: AbortSignal) {
  try {
    return await client.listEvents({ ...position, limit: MAX_PAGE_SIZE }, { signal });
  } catch (error) {
    if (!(error instanceof CountersignError) || !error.retryable) throw error;
    io.writeError(toPrintable(`${formatError(error)}; trying again`));
    return undefined;
  }
}

function formatLine(event: Event, { json, io }: Context): string {
  if (json) return toAsciiJson(event);
  return toPrintableLine(formatEventLine(event, { terminal: io.terminal, now: io.now() }));
}
