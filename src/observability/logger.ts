import { type Logger, pino, stdSerializers } from 'pino';

/** Patterns of secrets: API keys, connect links, JWTs, passwords in URLs, AWS credentials, bearer tokens. Groups are kept. */
const SECRETS = new RegExp(
  [
    /(?<key>cs[kl]_)[0-9a-f]{8,}/,
    /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/,
    /(?<url>:\/\/[^\s:/@"]*:)[^\s@"]+(?=@)/,
    /(?<member>"(?:authorization|secretAccessKey|SecretAccessKey|sessionToken|SessionToken|Token|token|key|password)":")[^"]+/,
    /(?<bearer>Bearer\s+)[\x21-\x7e]+?(?=["\\\s]|$)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** Removes secrets from a log line. This is a second line of defense: the code should never log them. */
function redactSecrets(line: string): string {
  return line.replace(SECRETS, '$<key>$<url>$<member>$<bearer>[redacted]');
}

/** The pool adds the connection to an error of the database: pages of text, which say nothing about the error. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { client: _, ...serialized } = stdSerializers.err(error);
  return serialized;
}

/** Creates a logger that writes JSON lines without secrets. */
export function createLogger(level: string, write: (line: string) => void = createStdoutWriter()): Logger {
  return pino(
    {
      level,
      base: { service: 'countersign' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
    },
    { write: (line: string) => write(redactSecrets(line)) },
  );
}

/** Writes the lines of one turn of the event loop together, which costs less than a write for each. */
function createStdoutWriter(): (line: string) => void {
  let pending = '';
  const flush = (): void => {
    const lines = pending;
    pending = '';
    if (lines !== '') process.stdout.write(lines);
  };
  process.on('exit', flush);
  return (line) => {
    if (pending === '') setImmediate(flush);
    pending += line;
  };
}
