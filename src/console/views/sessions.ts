import type { ListedSession } from '../../console-sessions/list-sessions.ts';
import type { Person } from '../../console-sessions/session.ts';
import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import type { ConsoleContext } from '../console-context.ts';
import { confirmedAction, idLine, pageHead, pager, table, timeAgo } from './components.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';

const METHODS: Record<Person['method'], string> = {
  api_key: 'API key',
  oidc: 'Identity provider',
  sandbox_link: 'Link of npm start',
};

interface SessionsView {
  sessions: readonly ListedSession[];
  nextCursor: string | null;
  /** The session of this browser. */
  ownId: string | null;
  done: string | undefined;
}

export function sessionsPage(context: ConsoleContext, view: SessionsView): Html {
  const { sessions, nextCursor, ownId, done } = view;
  return layout(
    context,
    'Staff sessions',
    html`${pageHead({ context, title: 'Staff sessions', lead: 'Who has signed in to this console.' })}
${doneNotice(done)}
${table({
  label: 'Staff sessions',
  columns: [
    'Name',
    'Role',
    { label: 'Signed in by', kind: 'minor' },
    { label: 'Signed in', kind: 'minor' },
    'Last seen',
    { label: 'Ends if unused', kind: 'minor' },
    { label: 'Actions', kind: 'actions' },
  ],
  rows: sessions.map((session) => [
    html`${session.name}${session.id === ownId && html` <span class="tag">this browser</span>`}${idLine(session.subject)}`,
    session.role,
    METHODS[session.method],
    timeAgo(context, session.createdAt),
    timeAgo(context, session.lastSeenAt),
    formatTime(session.endsAt),
    session.id === ownId
      ? html``
      : confirmedAction(context, {
          path: `/sessions/${session.id}/revocation`,
          label: 'End',
          explanation: `${session.name} is signed out from the next request on, and can sign in again while the provider or the key allows it.`,
          confirm: 'End this session',
        }),
  ]),
  empty: 'Nobody has signed in.',
})}
${pager(context, nextCursor)}`,
  );
}
