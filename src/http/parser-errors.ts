import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './problem.ts';
import { uriTooLong } from './url.ts';

/** An error of Node's HTTP parser (Node.js API, Event: 'clientError'). */
interface ParserError {
  code?: string;
  rawPacket?: unknown;
}

/**
 * Creates the handler of bytes that are no HTTP request, and so reach no route. It responds with a problem like every
 * other and closes the connection, because nothing marks where the next request would begin.
 */
export function respondToParserError(baseUrl: () => string) {
  return (error: ParserError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = toProblem(error);
    const requestId = randomUUID();
    const body = JSON.stringify(problem.toBody(requestId, baseUrl()));
    socket.end(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
        `date: ${new Date().toUTCString()}`,
        'content-type: application/problem+json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        'cache-control: no-store',
        'x-content-type-options: nosniff',
        `x-request-id: ${requestId}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function toProblem({ code, rawPacket }: ParserError): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return isLongRequestLine(rawPacket)
        ? uriTooLong()
        : new Problem('headers_too_large', 'The headers are larger than 16 kB. Send fewer or shorter ones.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Problem('body_too_large', 'The chunk extensions are too large. Send the body without them.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', 'The request was not complete in time. Send it again.');
    default:
      return new Problem(
        'validation_failed',
        'This is not a well-formed HTTP/1.1 request. Check its request line, headers and framing.',
      );
  }
}

/** The parser's limit applies to the request line and the headers together. Too long a line alone is too long a URL. */
function isLongRequestLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet) || packet.length < maxHeaderSize) return false;
  const start = packet.toString('latin1', 0, maxHeaderSize);
  return /^[A-Z]+ /.test(start) && !start.includes('\n');
}
