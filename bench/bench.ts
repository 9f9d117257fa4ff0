import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cached } from './cached.ts';
import { fresh } from './fresh.ts';
import { growth } from './growth.ts';
import { memory } from './memory.ts';
import { overload } from './overload.ts';
import { pages } from './pages.ts';
import { processes } from './processes.ts';
import { formatTable, type Row } from './report.ts';
import { start } from './start.ts';
import { summarized } from './summarized.ts';
import { thunderingHerd } from './thundering-herd.ts';

type Benchmark = (print: (line: string) => void, tenants?: number) => Promise<Row>;

const BENCHMARKS = new Map<string, Benchmark>([
  ['cached', cached],
  ['summarized', summarized],
  ['fresh', fresh],
  ['thundering-herd', thunderingHerd],
  ['overload', overload],
  ['processes', processes],
  ['start', start],
  ['pages', pages],
  ['memory', memory],
  ['growth', growth],
]);

const HELP = `npm run bench [-- <name>...]

Runs each benchmark and its baseline in the same run, and prints a table. All traffic stays on this machine.

  cached            credentials from the cache; baseline: the smallest server that keeps the promise
  summarized        the same with COUNTERSIGN_AUDIT_REPEATS=summarized; baseline: an audit event for each
  fresh             credentials that are not in the cache; baseline: client-sts calls
  thundering-herd   10,000 simultaneous requests for one connection: exactly one AssumeRole call
  overload          twice to a hundred times the full load; baseline: the service at full load
  processes         cached credentials with 2 and 4 processes on one database; baseline: with 1
  start             from the start of the process to /readyz; baseline: a bare Fastify with Prisma's client
  pages             CPU time of pages of the API; baseline: a bare route with the same rows
  memory            RSS after 100,000 different sessions; baseline: the idle process
  growth            each kind of request among 100,000 tenants (--tenants 1000000); baseline: among 1,000

Without a name, all benchmarks run. That takes about twenty minutes.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, tenants: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !BENCHMARKS.has(name));
  if (unknown !== undefined) {
    console.error(`Unknown benchmark "${unknown}".\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const rows: Row[] = [];
  for (const [name, run] of BENCHMARKS) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(name);
    rows.push(await run((line) => console.log(line), values.tenants ? Number(values.tenants) : undefined));
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  console.log(`\nNode.js ${process.versions.node}, ${machine}\n\n${formatTable(rows)}`);
  return 0;
}

process.exitCode = await main();
