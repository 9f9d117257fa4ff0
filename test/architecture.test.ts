import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

type Tree = Record<string, string>;

const SLICES = [
  'tenants',
  'external-ids',
  'connections',
  'verification-runs',
  'credentials',
  'setup-kit',
  'connect',
  'access',
  'profiles',
  'worker-identities',
  'audit',
  'trust-policy',
  'policy-checks',
];
const BASE = ['lib', 'aws', 'http', 'database'];
const LONGEST_FILE_LINES = 350;

interface Import {
  /** A path below src, or the name of a package. */
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => {
    const specifier = match[3] ?? match[4] ?? match[5] ?? '';
    const target = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier)
      : specifier;
    return { target, typeOnly: match[2] !== undefined };
  });
}

const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : '');

/** What is against the rules of the house, one line each. */
function violations(tree: Tree): string[] {
  const found: string[] = [];
  for (const [file, source] of Object.entries(tree)) {
    const folder = folderOf(file);
    const imports = importsOf(file, source);
    const say = (rule: string): void => void found.push(`${file}: ${rule}`);
    for (const { target, typeOnly } of imports) {
      const slice = folderOf(target);
      if (
        SLICES.includes(folder) &&
        target.includes('database/generated') &&
        path.basename(file) !== 'store.ts'
      ) {
        say('imports Prisma, which only store.ts may');
      }
      if (path.basename(target) === 'routes.ts' && file !== 'app.ts') say(`imports ${target}`);
      if (BASE.includes(folder) && SLICES.includes(slice) && !typeOnly) say(`imports the slice ${slice}`);
      if (target.startsWith('@aws-sdk/') && file !== 'aws/sts-client.ts') say(`imports ${target}`);
      if (slice === 'trust-policy' && !['trust-policy', 'sandbox', 'policy-checks'].includes(folder))
        say('imports trust-policy');
      if (slice === 'sandbox' && !['sandbox', 'commands', 'demo'].includes(folder))
        say('imports the sandbox');
    }
    if (
      SLICES.includes(folder) &&
      !['store.ts', 'routes.ts'].includes(path.basename(file)) &&
      /\.prisma\b/.test(source)
    ) {
      say('uses Prisma, which only store.ts may');
    }
    if (/process\.env\b/.test(source) && file !== 'config.ts') say('reads the environment');
    if (source.split('\n').length > LONGEST_FILE_LINES) say(`has more than ${LONGEST_FILE_LINES} lines`);
  }
  return [...found, ...cycles(tree)];
}

/** What is published by itself depends on nothing but Node: no package, and nothing of the server. */
function clientViolations(tree: Tree): string[] {
  const found: string[] = [];
  for (const [file, source] of Object.entries(tree)) {
    for (const { target } of importsOf(file, source)) {
      const own = !target.startsWith('..') && tree[target] !== undefined;
      if (!own && !target.startsWith('node:') && !target.includes('generated/'))
        found.push(`${file}: imports ${target}`);
      if (folderOf(file) !== 'command' && folderOf(target) === 'command')
        found.push(`${file}: imports the command`);
    }
    if (/process\.env\b/.test(source) && !['environment.ts', 'command/main.ts'].includes(file))
      found.push(`${file}: reads the environment`);
    if (source.split('\n').length > LONGEST_FILE_LINES)
      found.push(`${file}: has more than ${LONGEST_FILE_LINES} lines`);
  }
  return [...found, ...cycles(tree)];
}

/** Files that import each other in a circle, types aside. */
function cycles(tree: Tree): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) {
      found.push(`${trail.slice(trail.indexOf(file)).join(' → ')} → ${file}: a circle of imports`);
      return;
    }
    if (done.has(file) || tree[file] === undefined) return;
    for (const { target, typeOnly } of importsOf(file, tree[file]))
      if (!typeOnly) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of Object.keys(tree)) visit(file, []);
  return found;
}

function readTree(root = 'src'): Tree {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.includes('generated') &&
      !/\.(test|fixture)\.ts$/.test(file) &&
      !file.endsWith('test-client.ts'),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

test('the house keeps its rules', () => {
  const tree = readTree();
  expect(Object.keys(tree).length).toBeGreaterThan(60);
  expect(violations(tree)).toEqual([]);
});

test('the client keeps its rules', () => {
  const tree = readTree('client/src');
  expect(Object.keys(tree).length).toBeGreaterThan(15);
  expect(clientViolations(tree)).toEqual([]);
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
  ])('of the client: %s', (rule, tree) => {
    expect(clientViolations(tree).join('\n')).toContain(rule);
  });

  test.each<[string, Tree]>([
    ['imports Prisma', { 'tenants/create.ts': "import { Prisma } from '../database/generated/client.ts';" }],
    ['uses Prisma', { 'tenants/create.ts': 'deps.database.prisma.tenant.create({})' }],
    ['imports tenants/routes.ts', { 'connections/get.ts': "import { x } from '../tenants/routes.ts';" }],
    ['imports the slice', { 'http/page.ts': "import { x } from '../tenants/tenant.ts';" }],
    ['imports @aws-sdk/client-sts', { 'credentials/issue.ts': "import { STS } from '@aws-sdk/client-sts';" }],
    ['imports trust-policy', { 'credentials/issue.ts': "import { x } from '../trust-policy/evaluate.ts';" }],
    ['imports the sandbox', { 'credentials/issue.ts': "import { x } from '../sandbox/sandbox.ts';" }],
    ['reads the environment', { 'app.ts': 'const port = process.env.PORT;' }],
    ['has more than', { 'app.ts': '\n'.repeat(LONGEST_FILE_LINES + 1) }],
    ['a circle of imports', { 'a.ts': "import { b } from './b.ts';", 'b.ts': "import { a } from './a.ts';" }],
  ])('%s', (rule, tree) => {
    expect(violations(tree).join('\n')).toContain(rule);
  });
});
