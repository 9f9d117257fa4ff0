import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { invalidOptions } from '../../error.ts';
import { CredentialSource } from '../../provider/credential-source.ts';
import type { CountersignCredentialIdentity } from '../../provider/fetch-credentials.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT_CODES, formatError } from '../exit-codes.ts';
import { type AgentServer, startAgentServer } from './agent-server.ts';
import { runProgram } from './run-program.ts';
import { formatExports, formatUnset, type Shell } from './shell.ts';

const REFRESH_CHECK_INTERVAL_MS = 5_000;

interface AgentInput {
  fetchCredentials(): Promise<CountersignCredentialIdentity>;
  /** 0 for any free port. */
  port: number;
  tokenFile: string | undefined;
  /** The shell that evaluates the printed lines. */
  shell: Shell;
  /** A program to run with its arguments. */
  program: string[] | undefined;
}

/**
 * Serves credentials until a termination signal, or until the given program ends. Returns the exit code.
 * @throws CountersignError if no credentials could be fetched at the start; otherwise each SDK would fail later
 */
export async function runAgent(input: AgentInput, io: CommandIo): Promise<number> {
  const source = new CredentialSource({
    fetchCredentials: input.fetchCredentials,
    now: Date.now,
    onRefreshError: (error) => io.writeError(`refresh failed: ${formatError(error)}`),
  });
  await source.get();
  const server = await listen(source, input.port);
  const refreshTimer = setInterval(() => source.refreshIfDue(), REFRESH_CHECK_INTERVAL_MS);
  try {
    if (input.tokenFile !== undefined) await writeTokenFile(input.tokenFile, server.token);
    const variables = toSdkVariables(server, input.tokenFile);
    if (input.program) return await runProgram(input.program, variables, io);
    const termination = io.waitForTermination();
    io.writeOutput(formatUnset(input.shell, variables) + formatExports(input.shell, variables));
    await termination;
    return EXIT_CODES.success;
  } finally {
    clearInterval(refreshTimer);
    await server.close();
    if (input.tokenFile !== undefined) await removeTokenFile(input.tokenFile, server.token);
  }
}

function toSdkVariables(server: AgentServer, tokenFile: string | undefined): Record<string, string> {
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
    throw invalidOptions(
      `The agent cannot listen on 127.0.0.1:${port} (${code}). Choose another --port.`,
      error,
    );
  }
}

/**
 * Writes the file under a temporary name with mode 0600 and renames it, so that other users can never read it and nobody
 * reads an incomplete token. It has no newline at the end, because SDKs send the content unchanged.
 */
async function writeTokenFile(path: string, token: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, token, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw invalidOptions(
      `The token file cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      error,
    );
  }
}

/** Leaves the file in place if another agent has written its own token there meanwhile. */
async function removeTokenFile(path: string, token: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === token) await rm(path, { force: true });
}
