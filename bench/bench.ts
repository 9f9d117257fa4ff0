import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cached } from './cached.ts';
import { fresh } from './fresh.ts';
import { thunderingHerd } from './thundering-herd.ts';
import { type Row, table } from './report.ts';

const BENCHMARKS: Record<string, (say: (line: string) => void) => Promise<Row>> = { cached, fresh, thunderingHerd };

const HELP = `npm run bench [-- <name>...]

Runs the benchmarks, each beside its baseline in the same run, and prints a table. All traffic stays on this machine.

  cached   credentials from the cache, beside a bare route
  fresh    credentials never drawn before, beside raw client-sts calls
  herd     10,000 simultaneous requests for one connection: exactly one AssumeRole

Without a name all are run; it takes about three minutes.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
});
const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name));
if (values.help || unknown !== undefined) {
  (unknown === undefined ? console.log : console.error)(
    unknown === undefined ? HELP : `There is no benchmark "${unknown}".\n\n${HELP}`,
  );
  process.exitCode = unknown === undefined ? 0 : 2;
} else {
  const rows: Row[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
    console.log(name);
    rows.push(await (BENCHMARKS[name] as (typeof BENCHMARKS)[string])((line) => console.log(line)));
  }
  console.log(
    `\nNode.js ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n\n${table(rows)}`,
  );
}
