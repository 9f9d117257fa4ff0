import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { ENVIRONMENT } from '../src/config/config.ts';

interface Service {
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

/** The longest that the service takes to end by itself, `LONGEST_MS` in src/commands/shutdown.ts. */
const LONGEST_SECONDS = 30;
/** What has a default that is safe, or none at all; everything else has to be said, by whoever starts it. */
const MAY_BE_UNSET = [
  'COUNTERSIGN_BROKER_ROLE_ARN',
  'COUNTERSIGN_PUBLIC_URL',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];

test("the database's data outlives its container", () => {
  expect(database.image).toBe('postgres:18');
  // PostgreSQL 18's image has its data below this folder, and loses it when the volume is at …/data as before.
  expect(database.volumes).toEqual(['database:/var/lib/postgresql']);
  expect(Object.keys(compose.volumes)).toContain('database');
});

test('the service waits for a database that answers, which nobody else can reach', () => {
  expect(database.healthcheck?.test.join(' ')).toContain('pg_isready');
  expect(countersign.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  expect(database.ports).toBeUndefined();
});

test('the service is reached over loopback alone, as long as nobody says otherwise', () => {
  expect(countersign.ports).toEqual(['127.0.0.1:3000:3000']);
  expect(runtime).toContain('HOST=0.0.0.0');
  expect(runtime).toContain('EXPOSE 3000');
});

test('the service can change nothing but its own volume, and can gain no rights', () => {
  expect(countersign).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  for (const { security_opt, privileged } of [database, countersign]) {
    expect(security_opt).toContain('no-new-privileges:true');
    expect(privileged).toBeUndefined();
  }
  const folder = /COUNTERSIGN_DATA_DIR=(\S+)/.exec(runtime)?.[1];
  expect(countersign.volumes).toEqual([`state:${folder}`]);
  expect(runtime).toContain(`VOLUME ${folder}\n`);
  expect(countersign.user).toBeUndefined();
  // A number, since Kubernetes's runAsNonRoot cannot tell whether a name is root. It has no home unless one is said.
  expect(runtime).toMatch(/\nUSER [1-9]\d+:[1-9]\d+\n/);
  expect(runtime).toContain('HOME=/app');
});

test('both start again, and end by themselves before they are killed', () => {
  for (const { restart } of [database, countersign]) expect(restart).toBe('unless-stopped');
  expect(Number(/^(\d+)s$/.exec(countersign.stop_grace_period ?? '')?.[1])).toBeGreaterThan(LONGEST_SECONDS);
  expect(runtime).toContain('\nSTOPSIGNAL SIGTERM\n');
  // Without a shell or npm in between, which would keep the signal to themselves.
  expect(runtime).toMatch(/\nENTRYPOINT \["node", .*"dist\/src\/main\.js"\]\nCMD \["serve"\]\n/);
});

test('no secret has a default, and what has to be said is asked for in words', () => {
  const text = JSON.stringify(compose.services);
  const used = [...text.matchAll(/\$\{(\w+)(:\?[^}]+|:-[^}]*)?\}/g)];
  const asked = new Set(used.filter(([, , rest]) => rest?.startsWith(':?')).map(([, name]) => name));
  expect([...asked].sort()).toEqual([
    'AWS_REGION',
    'COUNTERSIGN_ADMIN_KEY',
    'COUNTERSIGN_VENDOR_ACCOUNT_ID',
    'POSTGRES_PASSWORD',
  ]);
  for (const [, name = '', rest] of used) {
    if (!asked.has(name)) expect([name, rest]).toEqual([expect.toBeOneOf(MAY_BE_UNSET), ':-']);
  }
});

test('every variable that it is given is one that it, or the AWS SDK, reads', () => {
  const sdk = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const known = [...Object.keys(ENVIRONMENT.shape), ...sdk];
  for (const name of Object.keys(countersign.environment)) expect(known).toContain(name);
});

test('what the image is made from gets past .dockerignore, and nothing else does', () => {
  const lines = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  expect(lines[0]).toBe('*');
  const admitted = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const copied = [...dockerfile.matchAll(/\nCOPY (?!--from)(.+) \S+/g)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  expect([...new Set(copied.map((file) => file.replace(/^(prisma|src)\/.*/, '$1')))].sort()).toEqual(
    admitted.sort(),
  );
});

test('the image holds no development packages, and bases that say their major version', () => {
  expect(dockerfile).toMatch(/npm ci .*--omit=dev --omit=optional --omit=peer/);
  expect(runtime).toContain('COPY --from=packages /app/node_modules');
  for (const [, base = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
    expect(base).toMatch(/^(node:\d+-bookworm-slim|manifests)$/);
  }
});
