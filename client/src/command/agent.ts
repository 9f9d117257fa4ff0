import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { invalid } from '../environment.ts';
import { CredentialSource } from '../provider/credential-source.ts';
import type { CountersignCredentialIdentity } from '../provider/identity.ts';
import { type AgentServer, startAgentServer } from './agent-server.ts';
import { EXIT, messageOf } from './exit-codes.ts';
import { runProgram } from './run-program.ts';
import { exportLines, unsetLine } from './shell.ts';
import type { Terminal } from './terminal.ts';

const CHECK_RENEWAL_MS = 5_000;

interface AgentInput {
  draw(): Promise<CountersignCredentialIdentity>;
  port: number;
  tokenFile: string | undefined;
  run: string[] | undefined;
}

/**
 * Serves credentials until a signal, or until the program that was given ends; the exit code.
 * @throws CountersignError when there are no credentials to begin with: better told at once than by every SDK
 */
export async function agent(input: AgentInput, terminal: Terminal): Promise<number> {
  const source = new CredentialSource({
    draw: input.draw,
    now: Date.now,
    onFault: (error) => terminal.error(`renewal failed: ${messageOf(error)}`),
  });
  await source.get();
  const server = await listen(source, input.port);
  const renewal = setInterval(() => source.renewIfDue(), CHECK_RENEWAL_MS);
  try {
    if (input.tokenFile !== undefined) await writePrivately(input.tokenFile, server.token);
    const variables = variablesFor(server, input.tokenFile);
    if (input.run) return await runProgram(input.run, variables, terminal);
    const ended = terminal.untilEnded();
    terminal.print(unsetLine(variables) + exportLines(variables));
    await ended;
    return EXIT.done;
  } finally {
    clearInterval(renewal);
    await server.close();
    if (input.tokenFile !== undefined) await removeOwn(input.tokenFile, server.token);
  }
}

function variablesFor(server: AgentServer, tokenFile: string | undefined): Record<string, string> {
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url,
    ...(tokenFile === undefined
      ? { AWS_CONTAINER_AUTHORIZATION_TOKEN: server.token }
      : { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile }),
  };
}

async function listen(
  source: CredentialSource<CountersignCredentialIdentity>,
  port: number,
): Promise<AgentServer> {
  try {
    return await startAgentServer({ source, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid(`The agent cannot listen on 127.0.0.1:${port} (${code}). Choose another --port.`, error);
  }
}

/** Never readable to others, not for a moment, and whole or not there. Without a newline: SDKs send all there is. */
async function writePrivately(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw invalid(`The token file cannot be written (${(error as NodeJS.ErrnoException).code}).`, error);
  }
}

/** The file may be another agent's by now. */
async function removeOwn(path: string, text: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there === text) await rm(path, { force: true });
}
