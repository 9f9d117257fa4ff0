import type { Server } from 'node:net';

/** The port that a listening TCP server has, also if it was started on port 0. */
export function listeningPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP port.');
  return address.port;
}
