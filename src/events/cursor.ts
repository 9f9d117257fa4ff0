import type { PublishedEvent } from './event.ts';

/** The last event that a reader has seen. */
export interface EventCursor {
  id: string;
  position: bigint;
  at: Date;
}

/** What an encoded cursor consists of, for request schemas. */
export const CURSOR_PATTERN = /^[A-Za-z0-9_-]{1,128}$/;

export function encodeCursor({ position, at, id }: Pick<PublishedEvent, 'position' | 'at' | 'id'>): string {
  return Buffer.from(`${position}.${at.getTime()}.${id}`).toString('base64url');
}

/** null: the text is no cursor of this feed. */
export function decodeCursor(text: string): EventCursor | null {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const [, position, atMs, id] = /^(\d{1,18})\.(\d{1,14})\.(event_[0-9a-z]{26})$/.exec(decoded) ?? [];
  if (position === undefined || atMs === undefined || id === undefined) return null;
  return { id, position: BigInt(position), at: new Date(Number(atMs)) };
}
