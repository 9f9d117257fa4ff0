import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { COMMANDS } from '../client/src/command/operator/commands/commands.ts';
import { EXIT_AFTER_MS } from '../src/commands/shutdown.ts';
import { ENVIRONMENT } from '../src/config/environment.ts';

interface Service {
  env_file?: string[];
  image?: string;
  build?: string;
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  volumes?: string[];
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  user?: string;
  stop_grace_period?: string;
  restart?: string;
}

const compose = load(readFileSync('docker-compose.yml', 'utf8')) as {
  services: { database: Service; countersign: Service };
  volumes: Record<string, unknown>;
};
const { database, countersign } = compose.services;
const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ');
const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

test("the database's data is in a volume and survives the container", () => {
  expect(database.image).toBe('postgres:18');
  // The image of PostgreSQL 18 keeps its data below this folder. With a volume at …/data, as for 17, data would be lost.
  expect(database.volumes).toEqual(['database:/var/lib/postgresql']);
  expect(Object.keys(compose.volumes)).toContain('database');
});

test('the service waits until the database accepts connections, and only the service can reach it', () => {
  expect(database.healthcheck?.test.join(' ')).toContain('pg_isready');
  expect(countersign.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  expect(database.ports).toBeUndefined();
});

test('the service is reachable over loopback only, by default', () => {
  expect(countersign.ports).toEqual(['127.0.0.1:3000:3000']);
  expect(runtime).toContain('HOST=0.0.0.0');
  expect(runtime).toContain('EXPOSE 3000');
});

test('the service can write only to its own volume, and cannot gain privileges', () => {
  expect(countersign).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  for (const { security_opt, privileged } of [database, countersign]) {
    expect(security_opt).toContain('no-new-privileges:true');
    expect(privileged).toBeUndefined();
  }
  const folder = /COUNTERSIGN_DATA_DIR=(\S+)/.exec(runtime)?.[1];
  expect(countersign.volumes).toEqual([`state:${folder}`, './countersign.d:/etc/countersign:ro']);
  expect(runtime).toContain(`VOLUME ${folder}\n`);
  expect(countersign.user).toBeUndefined();
  // The user is a number, because Kubernetes's runAsNonRoot rejects names. Such a user has no home unless HOME is set.
  expect(runtime).toMatch(/\nUSER [1-9]\d+:[1-9]\d+\n/);
  expect(runtime).toContain('HOME=/app');
});

test('both restart after a failure, and have time to shut down before they are killed', () => {
  for (const { restart } of [database, countersign]) expect(restart).toBe('unless-stopped');
  expect(Number(/^(\d+)s$/.exec(countersign.stop_grace_period ?? '')?.[1])).toBeGreaterThan(
    EXIT_AFTER_MS / 1000,
  );
  expect(runtime).toContain('\nSTOPSIGNAL SIGTERM\n');
  // There is no shell and no npm in between: they would not forward the signal.
  expect(runtime).toMatch(/\nENTRYPOINT \["node", .*"dist\/src\/main\.js"\]\nCMD \["serve"\]\n/);
});

test('no secret has a default, and each required variable has an error message', () => {
  const text = JSON.stringify(compose.services);
  const used = [...text.matchAll(/\$\{(\w+)(:\?[^}]+|:-[^}]*)?\}/g)];
  const required = new Set(used.filter(([, , rest]) => rest?.startsWith(':?')).map(([, name]) => name));
  expect([...required].sort()).toEqual([
    'AWS_REGION',
    'COUNTERSIGN_ADMIN_KEY',
    'COUNTERSIGN_VENDOR_ACCOUNT_ID',
    'COUNTERSIGN_VENDOR_NAME',
    'POSTGRES_PASSWORD',
  ]);
  for (const [, name = ''] of used) expect(required).toContain(name);
});

test('every variable of .env reaches the service, and what compose itself sets is read by it', () => {
  expect(countersign.env_file).toEqual(['.env']);
  const readVariables = Object.keys(ENVIRONMENT.shape);
  for (const name of Object.keys(countersign.environment)) expect(readVariables).toContain(name);
});

test('the image has the command countersign on its PATH, with all commands of the client', () => {
  expect(runtime).toContain('exec node --enable-source-maps /app/dist/src/main.js "$@"');
  expect(runtime).toContain('> /usr/local/bin/countersign');
  const main = readFileSync('src/main.ts', 'utf8');
  for (const { name } of COMMANDS) expect(main).toContain(`'${name.split(' ')[0]}'`);
});

test('.dockerignore lets through exactly the files that the image is built from', () => {
  const lines = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  expect(lines[0]).toBe('*');
  const included = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const copied = [...dockerfile.matchAll(/\nCOPY (?!--from)(.+) \S+/g)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  expect([...new Set(copied.map((file) => file.replace(/^(prisma|src)\/.*/, '$1')))].sort()).toEqual(
    included.sort(),
  );
});

test('the image has no development packages, and its base images have a major version', () => {
  expect(dockerfile).toMatch(/npm ci .*--omit=dev --omit=optional --omit=peer/);
  expect(runtime).toContain('COPY --from=packages /app/node_modules');
  for (const [, base = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
    expect(base).toMatch(/^(node:\d+-bookworm-slim|manifests)$/);
  }
});
