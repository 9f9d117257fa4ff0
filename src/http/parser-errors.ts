import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './problem.ts';

/** The detail for each error code of Node's HTTP parser (Node.js API, Event: 'clientError'). */
const DETAILS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are larger than 16 kB. Send fewer or shorter ones.',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'The chunk extensions are too large. Send the body without them.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request was not complete in time. Send it again.',
};
const NOT_HTTP = 'This is not a well-formed HTTP/1.1 request. Check its request line, headers and framing.';

/**
 * Responds to bytes that are no HTTP request, and so reach no route, with a problem like every other. It closes the
 * connection, because nothing marks where the next request would begin.
 */
export function respondToParserError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = new Problem('validation_failed', DETAILS[error.code ?? ''] ?? NOT_HTTP);
  const requestId = randomUUID();
  const body = JSON.stringify(problem.toBody(requestId));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      `x-request-id: ${requestId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
