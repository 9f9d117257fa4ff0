import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findCircles,
  folderOf,
  functionsLongerThan,
  type Imports,
  importsOf,
  longestChain,
  withoutTypeImports,
} from './harness/source-tree.ts';

/** The text of each file by its path below the root. */
type Tree = Record<string, string>;

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 60;
/** From the routes to the last file that has to be understood with them. */
const MAX_DEPTH_OF_POLICY_CHECKS = 6;

/** Folders by the level at which they are read; a folder imports its own level and lower ones, without circles. */
const LOWEST = ['lib', 'identity', 'trust-policy'];
const BASE = ['database', 'http', 'aws', 'rate-limits', 'observability'];
const PAGES = ['pages', 'connect-page', 'console'];
const ENTRY = ['commands', 'demo'];
const ROOT_FILES = ['main.ts', 'app.ts', 'compose.ts', 'deps.ts', 'version.ts'];
/** May import the evaluator: it judges a policy, and no request for credentials depends on it. */
const EVALUATOR_USERS = ['trust-policy', 'aws-emulator', 'policy-checks'];
const EMULATOR_USERS = ['aws-emulator', ...ENTRY];

const isRoutes = (file: string): boolean => /(^|[/-])routes\.ts$/.test(file);
const isStore = (file: string): boolean => path.basename(file) === 'store.ts';

/** Every folder that is neither shared code nor an entry point is a slice of the domain. */
function slicesOf(tree: Tree): string[] {
  const folders = new Set(Object.keys(tree).map(folderOf).filter(Boolean));
  return [...folders].filter((folder) => ![...LOWEST, ...BASE, ...ENTRY].includes(folder));
}

/** One line for each violation of the rules in src. */
function violations(tree: Tree): string[] {
  const slices = slicesOf(tree);
  const imports = importsOf(tree);
  const found: string[] = [];
  for (const [file, source] of Object.entries(tree)) {
    const report = (rule: string): void => void found.push(`${file}: ${rule}`);
    if (!file.includes('/') && !ROOT_FILES.includes(file)) report('is loose in src');
    for (const target of imports[file] ?? []) {
      const violation = importViolation(file, target, slices);
      if (violation !== null) report(`${violation} (${target})`);
    }
    const queries = /\.prisma\b|\$(query|execute)Raw|\bPrisma\.sql\b|\bdatabase\.query\b/.test(source);
    if (queries && !isStore(file) && folderOf(file) !== 'database')
      report('queries the database, which only a store may');
    if (/process\.env\b/.test(source) && folderOf(file) !== 'config') report('reads the environment');
  }
  return [...found, ...sizeViolations(tree), ...circleViolations(imports)];
}

function importViolation(file: string, target: string, slices: string[]): string | null {
  const from = folderOf(file);
  const to = folderOf(target);
  if (target.includes('database/generated') && !isStore(file) && from !== 'database')
    return 'imports Prisma, which only a store may';
  if (target.startsWith('@aws-sdk/') && from !== 'aws') return 'imports the AWS SDK, which only src/aws may';
  if (isRoutes(target) && file !== 'app.ts' && !(isRoutes(file) && from === to))
    return 'imports routes, which only app.ts may';
  if (to === from || to === '..' || to === '') return null;
  if (LOWEST.includes(from)) return 'imports another folder, and is read first';
  if (BASE.includes(from) && slices.includes(to)) return 'imports a higher level';
  if (PAGES.includes(to) && !PAGES.includes(from) && file !== 'app.ts') return 'imports a page';
  if (to === 'trust-policy' && !EVALUATOR_USERS.includes(from)) return 'imports the evaluator';
  if (to === 'aws-emulator' && !EMULATOR_USERS.includes(from)) return 'imports the AWS emulator';
  return null;
}

function sizeViolations(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([file, source]) => {
    const lines = source.split('\n').length - 1;
    const tooLong =
      lines > MAX_FILE_LINES ? [`${file}: has ${lines} lines, more than ${MAX_FILE_LINES}`] : [];
    const functions = functionsLongerThan(MAX_FUNCTION_LINES, source).map(
      ({ line, lines }) => `${file}:${line}: a function has ${lines} lines, more than ${MAX_FUNCTION_LINES}`,
    );
    return [...tooLong, ...functions];
  });
}

function circleViolations(imports: Imports): string[] {
  const folders: Imports = {};
  for (const [file, targets] of Object.entries(imports)) {
    const own = folderOf(file);
    for (const target of targets) {
      const other = folderOf(target);
      if (own && other && own !== other && other !== '..') folders[own] = [...(folders[own] ?? []), other];
    }
  }
  return [
    ...findCircles(imports).map((circle) => `${circle.join(' → ')}: a circle of files`),
    ...findCircles(folders).map((circle) => `${circle.join(' → ')}: a circle of folders`),
  ];
}

/** One line for each violation in the client, which is published by itself and depends on nothing but Node. */
function clientViolations(tree: Tree): string[] {
  const imports = importsOf(tree);
  const found: string[] = [];
  for (const [file, source] of Object.entries(tree)) {
    for (const target of imports[file] ?? []) {
      const own = !target.startsWith('..') && tree[target] !== undefined;
      if (!own && !target.startsWith('node:') && !target.includes('generated/'))
        found.push(`${file}: imports ${target}`);
      if (folderOf(file) !== 'command' && folderOf(target) === 'command')
        found.push(`${file}: imports the command`);
    }
    if (/process\.env\b/.test(source) && !['environment.ts', 'command/run-as-process.ts'].includes(file))
      found.push(`${file}: reads the environment`);
  }
  return [...found, ...sizeViolations(tree), ...circleViolations(imports)];
}

function readTree(root: string): Tree {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /\.(ts|mjs|js|css)$/.test(file) &&
      !file.includes('generated/') &&
      !file.includes('node_modules/') &&
      !/\.(test|fixture)\.ts$/.test(file),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

test('src keeps the rules of the house', () => {
  const tree = readTree('src');
  expect(Object.keys(tree).length).toBeGreaterThan(200);
  expect(violations(tree)).toEqual([]);
});

test('every folder that holds routes counts as a slice or as shared code', () => {
  const tree = readTree('src');
  const known = [...slicesOf(tree), ...BASE];
  expect(
    Object.keys(tree)
      .filter(isRoutes)
      .map(folderOf)
      .filter((folder) => !known.includes(folder)),
  ).toEqual([]);
});

test('no chain of imports in policy-checks is longer than six files', () => {
  const chain = longestChain(importsOf(withoutTypeImports(readTree('src/policy-checks'))));
  expect(chain[0]).toBe('routes.ts');
  expect(chain.length, chain.join(' → ')).toBeLessThanOrEqual(MAX_DEPTH_OF_POLICY_CHECKS);
});

test('the longest chain of imports is found, and imports of types do not count', () => {
  const tree = {
    'a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';",
    'b.ts': "import type {\n  D,\n} from './d.ts';\nimport { type E, c } from './c.ts';",
    'c.ts': '',
    'd.ts': "import { c } from './c.ts';",
  };
  expect(longestChain(importsOf(withoutTypeImports(tree)))).toEqual(['a.ts', 'b.ts', 'c.ts']);
});

test('the client keeps its rules', () => {
  const tree = readTree('client/src');
  expect(Object.keys(tree).length).toBeGreaterThan(15);
  expect(clientViolations(tree)).toEqual([]);
});

test.each(['scripts', 'bench'])('the files and functions of %s are short', (root) => {
  expect(sizeViolations(readTree(root))).toEqual([]);
});

describe('each rule can fail', () => {
  test.each<[string, Tree]>([
    ['imports zod', { 'error.ts': "import { z } from 'zod';" }],
    ['imports ../../src/lib/ids.ts', { 'api/a.ts': "import { id } from '../../../src/lib/ids.ts';" }],
    [
      'imports the command',
      { 'index.ts': "import { main } from './command/main.ts';", 'command/main.ts': '' },
    ],
    ['reads the environment', { 'client.ts': 'const url = process.env.COUNTERSIGN_URL;' }],
    ['has 301 lines', { 'client.ts': '\n'.repeat(MAX_FILE_LINES + 1) }],
  ])('of the client: %s', (rule, tree) => {
    expect(clientViolations(tree).join('\n')).toContain(rule);
  });

  const tenants: Tree = { 'tenants/tenant.ts': '', 'tenants/routes.ts': '' };
  const longFunction = `function long(): void {\n${'  work();\n'.repeat(MAX_FUNCTION_LINES)}}\n`;
  test.each<[string, Tree]>([
    ['is loose in src', { 'helpers.ts': '' }],
    ['imports Prisma', { 'tenants/create.ts': "import { Prisma } from '../database/generated/client.ts';" }],
    ['queries the database', { 'tenants/create.ts': 'deps.database.prisma.tenant.create({})' }],
    ['queries the database', { 'access/key-lookup.ts': "database.query({ text: 'SELECT 1' })" }],
    ['queries the database', { 'http/idempotency.ts': '$queryRaw`SELECT 1`' }],
    ['imports routes', { ...tenants, 'connections/get.ts': "import { x } from '../tenants/routes.ts';" }],
    [
      'imports routes',
      {
        'connect-page/guard.ts': "import { x } from './routes/account-routes.ts';",
        'connect-page/routes/account-routes.ts': '',
      },
    ],
    [
      'imports a higher level',
      { ...tenants, 'http/page.ts': "import type { Tenant } from '../tenants/tenant.ts';" },
    ],
    ['imports another folder', { 'lib/ids.ts': "import { x } from '../http/x.ts';", 'http/x.ts': '' }],
    ['imports a page', { 'tenants/get.ts': "import { x } from '../connect-page/guard.ts';" }],
    ['imports the AWS SDK', { 'credentials/issue.ts': "import { STS } from '@aws-sdk/client-sts';" }],
    ['imports the evaluator', { 'credentials/issue.ts': "import { x } from '../trust-policy/evaluate.ts';" }],
    [
      'imports the AWS emulator',
      { 'credentials/issue.ts': "import { x } from '../aws-emulator/emulator.ts';" },
    ],
    ['reads the environment', { 'app.ts': 'const port = process.env.PORT;' }],
    ['has 301 lines', { 'connect-page/assets/page.css': '\n'.repeat(MAX_FILE_LINES + 1) }],
    ['a function has 62 lines', { 'app.ts': longFunction }],
    [
      'a circle of files',
      { 'lib/a.ts': "import type { B } from './b.ts';", 'lib/b.ts': "export { a } from './a.ts';" },
    ],
    [
      'a circle of folders',
      {
        'tenants/a.ts': "import { b } from '../connections/b.ts';",
        'connections/b.ts': '',
        'connections/c.ts': "import type { D } from '../tenants/d.ts';",
        'tenants/d.ts': '',
      },
    ],
  ])('%s', (rule, tree) => {
    expect(violations(tree).join('\n')).toContain(rule);
  });
});
