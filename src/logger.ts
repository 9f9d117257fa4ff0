import { type Logger, pino } from 'pino';

/** Every secret that could ever slip into a line: our keys, passwords in URLs, what STS hands out. */
const SECRETS: [RegExp, string][] = [
  [/csk_[0-9a-f]{8,}/g, 'csk_[redacted]'],
  [/csl_[0-9a-f]{8,}/g, 'csl_[redacted]'],
  [/eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[redacted token]'],
  [/(:\/\/[^\s:/@"]*:)[^\s@"]+@/g, '$1[redacted]@'],
  [
    /("(?:authorization|secretAccessKey|SecretAccessKey|sessionToken|SessionToken|Token|token|key|password)":")[^"]+/g,
    '$1[redacted]',
  ],
  [/(Bearer\s+)[\x21-\x7e]+?(?=["\\\s]|$)/g, '$1[redacted]'],
];

/** Takes secrets out of a line of the log: the last net, behind code that never logs them. */
export function scrub(line: string): string {
  return SECRETS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** JSON lines, one for each event, with every line scrubbed of secrets on its way out. */
export function createLogger(
  level: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  return pino(
    { level, base: { service: 'countersign' }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(scrub(line)) },
  );
}
