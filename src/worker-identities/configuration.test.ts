import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { parseWorkerIdentities } from './configuration.ts';
import { fits } from './worker-identity.ts';

const entry = {
  name: 'nightly',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'countersign',
  claims: { repository: 'example/jobs', ref: 'refs/heads/main' },
  tenantIds: 'any',
  profiles: ['read-only'],
};
const problemsOf = (...entries: unknown[]) => parseWorkerIdentities(JSON.stringify(entries)).problems;

test('a whole entry is taken as it stands', () => {
  const { identities, problems } = parseWorkerIdentities(JSON.stringify([entry]));
  expect(problems).toEqual([]);
  expect(identities).toEqual([entry]);
});

describe('a file is refused, with its entry and member, when', () => {
  const { tenantIds: _t, ...noTenants } = entry;
  const { profiles: _p, ...noProfiles } = entry;
  const { claims: _c, ...noClaims } = entry;
  test.each<[string, unknown, RegExp]>([
    ['it does not say which tenants', noTenants, /entry 1 \("nightly"\), tenantIds: must be "any" or a list/],
    ['its tenants are an empty list', { ...entry, tenantIds: [] }, /tenantIds: must not be empty/],
    [
      'its tenants are no tenant IDs',
      { ...entry, tenantIds: ['acme'] },
      /tenantIds\.0: must be an ID like tenant_/,
    ],
    ['its tenants are null', { ...entry, tenantIds: null }, /tenantIds/],
    ['it does not say which profiles', noProfiles, /profiles: must be "any" or a list/],
    [
      'its longest age of a token is none',
      { ...entry, maxTokenAgeSeconds: 0 },
      /maxTokenAgeSeconds: must be 60/,
    ],
    [
      'its longest age of a token is a text',
      { ...entry, maxTokenAgeSeconds: '300' },
      /maxTokenAgeSeconds: must be a number/,
    ],
    ['its profiles are an empty list', { ...entry, profiles: [] }, /profiles: must not be empty/],
    ['it has no claims', noClaims, /claims: must be an object of claims/],
    ['its claims are empty', { ...entry, claims: {} }, /claims: must name a claim/],
    ['a claim is an empty text', { ...entry, claims: { sub: '' } }, /claims\.sub: must not be empty/],
    ['a claim is an empty list', { ...entry, claims: { sub: [] } }, /claims\.sub: must not be empty/],
    ['a claim is an empty object', { ...entry, claims: { k: {} } }, /claims\.k: must not be empty/],
    ['a claim is null', { ...entry, claims: { sub: null } }, /claims\.sub: must be a value/],
    ['its claims name the audience', { ...entry, claims: { aud: 'x' } }, /claims: iss and aud are said by/],
    ['it has no audience', { ...entry, audience: '' }, /audience: must not be empty/],
    [
      'its issuer is plain http',
      { ...entry, issuer: 'http://issuer.example' },
      /issuer: must be an https URL/,
    ],
    [
      'its issuer has a password',
      { ...entry, issuer: 'https://a:b@issuer.example' },
      /issuer: must be an https/,
    ],
    [
      'its keys are plain http',
      { ...entry, jwksUrl: 'http://10.0.0.1/keys' },
      /jwksUrl: must be an https URL/,
    ],
    [
      'it looks like loopback',
      { ...entry, issuer: 'http://localhost.example' },
      /issuer: must be an https URL/,
    ],
    ['a member is misspelt', { ...entry, tenantId: 'any' }, /entry 1 \("nightly"\): .*tenantId/],
    ['it grants a role', { ...entry, role: 'admin' }, /entry 1 \("nightly"\): .*role/],
    ['its name is empty', { ...entry, name: '' }, /entry 1 \(""\), name: must have/],
  ])('%s', (_, wrong, message) => {
    expect(problemsOf(wrong).join('\n')).toMatch(message);
  });

  test('two entries have one name, or different keys for one issuer', () => {
    expect(problemsOf(entry, entry).join()).toMatch(
      /entry 2 \("nightly"\): an earlier entry has the same name/,
    );
    const elsewhere = { ...entry, name: 'other', jwksUrl: 'https://elsewhere.example/keys' };
    expect(problemsOf(entry, elsewhere).join()).toMatch(/entry 2 \("other"\): .*names other keys/);
  });

  test('it is no list, no JSON, or says something twice', () => {
    expect(parseWorkerIdentities('{}').problems.join()).toMatch(/must be a list/);
    expect(parseWorkerIdentities('[').problems.join()).toMatch(/must be JSON/);
    const twice = JSON.stringify([entry]).replace('"tenantIds"', '"tenantIds":["x"],"tenantIds"');
    expect(parseWorkerIdentities(twice).problems.join()).toMatch(/names a member twice/);
    const proto = JSON.stringify([entry]).replace('"ref":', '"__proto__":');
    expect(parseWorkerIdentities(proto).problems.join()).toMatch(/__proto__/);
  });
});

test('the service does not start on such a file, and says which variable names it', () => {
  const file = path.join(tmpdir(), `countersign-identities-${process.pid}.json`);
  onTestFinished(() => rmSync(file));
  const environment = { COUNTERSIGN_WORKER_IDENTITIES_FILE: file };
  writeFileSync(file, JSON.stringify([entry]));
  expect(readConfig('sandbox', environment).workerIdentities).toEqual([entry]);
  writeFileSync(file, JSON.stringify([{ ...entry, claims: {} }]));
  expect(() => readConfig('sandbox', environment)).toThrow(
    /COUNTERSIGN_WORKER_IDENTITIES_FILE entry 1 \("nightly"\), claims: must name a claim/,
  );
  expect(() => readConfig('sandbox', { COUNTERSIGN_WORKER_IDENTITIES_FILE: `${file}.none` })).toThrow(
    /COUNTERSIGN_WORKER_IDENTITIES_FILE cannot be read/,
  );
  expect(readConfig('sandbox', {}).workerIdentities).toEqual([]);
});

test('an empty rule fits nothing, whatever way it came about', () => {
  for (const claim of [undefined, null, '', 'x', {}, [], 0, false]) {
    expect(fits({}, claim)).toBe(false);
    expect(fits([], claim)).toBe(false);
  }
  expect(fits({ toString: 'x' }, {})).toBe(false);
  expect(fits({ constructor: { name: 'Object' } }, {})).toBe(false);
});
