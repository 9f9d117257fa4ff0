import type { CountersignClient } from '../../generated/operations.ts';
import type { ClientOptions } from '../../http/send.ts';
import type { CommandIo, Terminal } from '../command-io.ts';

/** A command, such as `countersign tenants list`. Help and parsing follow from it. */
export interface Command {
  /** Its words, such as `tenants list`. */
  name: string;
  summary: string;
  /** The positional arguments as the help shows them. All are required. */
  arguments?: readonly string[];
  options?: Readonly<Record<string, Option>>;
  /** Lines for its own help, after the options. */
  notes?: string;
  run(context: Context): Promise<Result>;
}

export interface Option {
  /** The value as the help shows it, such as `<status>`; left out for an option without a value. */
  value?: string;
  help: string;
}

export interface Context {
  client: CountersignClient;
  /** The options of the client, for requests that it has no function for. */
  clientOptions: ClientOptions;
  io: CommandIo;
  /** One for each of the command's arguments. */
  arguments: readonly string[];
  /** The options that were passed; the value of one without a value is empty. */
  options: Readonly<Record<string, string | undefined>>;
  /** Whether the output is JSON. */
  json: boolean;
}

/** What a command found. It is printed as JSON or as text. */
export interface Result {
  /** The API's response; undefined: the command has printed everything itself. */
  document: unknown;
  text(view: View): string;
  /** Lines for standard error. */
  notes?: readonly string[];
  /** 0 if left out. */
  exitCode?: number;
}

/** What the text depends on besides its content. */
export interface View {
  terminal: Terminal | null;
  now: Date;
}
