import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { vi } from 'vitest';
import { compiledCommand } from '../../../test/harness/compiled-command.ts';
import { inspectConfig } from '../../config/config.ts';
import type { CheckResult } from './check-result.ts';
import { diagnose as runChecks } from './doctor.ts';

export interface DoctorRun {
  durationMs: number;
  /** The results as text. */
  output: string;
  results: CheckResult[];
}

/** Runs all checks in this process with exactly these variables; tests that do so must not run at the same time. */
export async function runDoctor(values: Record<string, string>): Promise<DoctorRun> {
  const startedAt = Date.now();
  // The AWS SDK reads these from the environment of the process.
  for (const name of Object.keys(process.env).filter((name) => /^(AWS_|HOME$)/.test(name)))
    vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries({ HOME: '/nonexistent', ...values }))
    if (/^(AWS_|HOME$)/.test(name)) vi.stubEnv(name, value);
  try {
    const results = await runChecks(inspectConfig('serve', values));
    return { durationMs: Date.now() - startedAt, output: JSON.stringify(results), results };
  } finally {
    vi.unstubAllEnvs();
  }
}

export function runCommand(
  args: string[],
  values: Record<string, string | undefined>,
): Promise<{ code: number; stdout: string; stderr: string; durationMs: number }> {
  const startedAt = Date.now();
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', NODE_NO_WARNINGS: '1', ...values };
  return new Promise((resolve) => {
    const [command, ...rest] = compiledCommand(...args);
    execFile(command, rest, { env }, (error, stdout, stderr) =>
      resolve({
        code: error ? Number(error.code ?? 1) : 0,
        stdout,
        stderr,
        durationMs: Date.now() - startedAt,
      }),
    );
  });
}

/** Servers that tests start; `closeServers` closes all of them. */
const servers: (Server | TcpServer)[] = [];
const sockets = new Set<Socket>();

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export function closeServers(): void {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
}

/** Accepts connections and never answers. Returns its port. */
export const startSilentServer = (): Promise<number> => listen(createTcpServer(() => undefined));

/** A port on which nothing listens. */
export async function findClosedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Responds with the text of the path, or with 404. Returns its port. */
export const startTextServer = (texts: Record<string, string>): Promise<number> =>
  listen(
    createServer(({ url = '' }, response) => response.writeHead(url in texts ? 200 : 404).end(texts[url])),
  );

type StsResponse = { arn: string } | { status: number; code: string; message: string };

/** An STS that gives the same response to each operation, for what the AWS emulator cannot be. Returns its URL. */
export async function startStsWith(responses: Record<string, StsResponse>): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const operation = new URLSearchParams(body).get('Action') ?? '';
    const result = responses[operation] ?? { status: 403, code: 'AccessDenied', message: 'denied' };
    const isError = 'code' in result;
    response.writeHead(isError ? result.status : 200, {
      'content-type': 'text/xml',
      'x-amzn-requestid': 'b3f0c5f4-0000-4000-8000-000000000000',
    });
    response.end(
      isError
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>${result.code}</Code><Message>${result.message}</Message></Error></ErrorResponse>`
        : `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Arn>${result.arn}</Arn><UserId>x</UserId><Account>${result.arn.split(':')[4]}</Account></${operation}Result></${operation}Response>`,
    );
  });
  return `http://127.0.0.1:${await listen(server)}`;
}
