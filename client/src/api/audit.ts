import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Call, Query } from './operation.ts';
import { allPages, type Page } from './pages.ts';

export type AuditEvent = components['schemas']['AuditEvent'];
/** Where every chain of the audit log ends, signed. */
export type AuditCheckpoint = components['schemas']['AuditCheckpoint'];
export type ListAuditEventsInput = Query<'/v1/audit-events'>;
export type ExportAuditInput = Query<'/v1/audit-export'>;

export type AuditApi = ReturnType<typeof audit>;

export function audit(call: Call) {
  const list = (input: ListAuditEventsInput = {}, options?: RequestOptions): Promise<Page<AuditEvent>> =>
    call('get', '/v1/audit-events', { query: input }, options);
  return {
    /** One page, the newest event first. */
    list,
    /** Every event, page by page. */
    all: (
      input: Omit<ListAuditEventsInput, 'cursor'> = {},
      options?: RequestOptions,
    ): AsyncGenerator<AuditEvent, void, undefined> =>
      allPages((cursor) => list({ ...input, ...(cursor !== undefined && { cursor }) }, options)),
    checkpoint: (options?: RequestOptions): Promise<AuditCheckpoint> =>
      call('get', '/v1/audit-checkpoint', {}, options),
    /**
     * The log as text, a line of JSON for each event, for `countersign audit verify --file`. Read whole, so give a long
     * log time with `timeoutSeconds`.
     */
    export: (input: ExportAuditInput = {}, options?: RequestOptions): Promise<string> =>
      call.read(
        'get',
        '/v1/audit-export',
        { query: input, accept: 'application/x-ndjson' },
        options,
        (response) => response.text(),
      ),
  };
}
