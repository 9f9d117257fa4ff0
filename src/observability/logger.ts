import { type Logger, pino } from 'pino';

/** Every secret that could ever slip into a line, and what stands before it: our keys, passwords in URLs, what STS hands out. */
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

/** Takes secrets out of a line of the log: the last net, behind code that never logs them. */
export function scrub(line: string): string {
  return line.replace(SECRETS, '$<key>$<url>$<member>$<bearer>[redacted]');
}

/** JSON lines, one for each event, with every line scrubbed of secrets on its way out. */
export function createLogger(level: string, write: (line: string) => void = toStandardOutput()): Logger {
  return pino(
    { level, base: { service: 'countersign' }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(scrub(line)) },
  );
}

/** The lines of one turn of the event loop are written together, at its end or at that of the process. */
function toStandardOutput(): (line: string) => void {
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') process.stdout.write(lines);
  };
  process.on('exit', flush);
  return (line) => {
    if (waiting === '') setImmediate(flush);
    waiting += line;
  };
}
