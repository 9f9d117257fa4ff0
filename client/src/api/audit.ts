import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Query, Schema } from './operation.ts';
import { iteratePages, type Page } from './pages.ts';

/** A recorded change of state. `sequence` and `hash` are null for about a second, until the event is sealed. */
export type AuditEvent = Schema<'AuditEvent'>;
/** The last event of every hash chain of the audit log, signed by the service. */
export type AuditCheckpoint = Schema<'AuditCheckpoint'>;
/** Filters, page size (1 to 200, default 50) and cursor. */
export type ListAuditEventsInput = Query<'/v1/audit-events'>;
/** Limits an export to one tenant. */
export type ExportAuditInput = Query<'/v1/audit-export'>;

export type AuditApi = ReturnType<typeof createAuditApi>;

export function createAuditApi(call: ApiCaller) {
  const list = (input: ListAuditEventsInput = {}, options?: RequestOptions): Promise<Page<AuditEvent>> =>
    call('get', '/v1/audit-events', { query: input }, options);
  return {
    /** Returns one page of audit events, newest first. */
    list,
    /** Iterates over all matching audit events, newest first, and fetches page after page. */
    listAll: (
      input: Omit<ListAuditEventsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<AuditEvent, void, undefined> =>
      iteratePages((cursor) => list({ ...input, cursor }, options)),
    /** Creates a signed checkpoint. Kept elsewhere, it later proves that events up to it were not changed. */
    createCheckpoint: (options?: RequestOptions): Promise<AuditCheckpoint> =>
      call('get', '/v1/audit-checkpoint', {}, options),
    /**
     * Returns the audit log as text with one JSON object per line, for `countersign audit verify --file`. The method
     * reads the complete log into memory; for a long log, set a larger `timeoutSeconds`.
     */
    export: (input: ExportAuditInput = {}, options?: RequestOptions): Promise<string> =>
      call.text('get', '/v1/audit-export', { query: input, accept: '*/*' }, options),
  };
}
