import { type ParseArgsConfig, parseArgs } from 'node:util';
import { invalidOptions } from '../error.ts';
import { suggest } from './suggest.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Parses options and positional arguments.
 * @throws CountersignError `invalid_options`, with the option that was probably meant
 */
export function parseOptions<const O extends Options>(args: string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const [firstSentence = ''] = (error as Error).message.split(/\n|(?<=\.) To specify a positional/);
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(firstSentence) ?? [];
    const suggestion = unknown === undefined ? undefined : suggest(unknown, Object.keys(options));
    throw invalidOptions(
      suggestion === undefined ? firstSentence : `${firstSentence} Did you mean --${suggestion}?`,
    );
  }
}

/**
 * Rejects a key among the arguments: other users can see arguments in the process list, and shells keep them in their history.
 * @throws CountersignError `invalid_options`. The message does not repeat the key.
 */
export function rejectSecrets(args: readonly string[], alternatives: string): void {
  if (args.some((argument) => /csk_|\beyJ[\w-]{10,}\./i.test(argument))) {
    throw invalidOptions(
      `An argument looks like a key. Revoke that key: other users and the shell's history can see it. ${alternatives}`,
    );
  }
  if (args.some((argument) => /^--(api-?)?(key|token|secret|password)(=|$)/i.test(argument))) {
    throw invalidOptions(`A key cannot be passed as an argument. ${alternatives}`);
  }
}

/** @throws CountersignError `invalid_options` */
export function parseInteger(
  text: string | undefined,
  option: string,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw invalidOptions(`${option} must be a whole number from ${min} to ${max}.`);
  }
  return value;
}
