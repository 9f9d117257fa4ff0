import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { parseWorkerIdentities } from './configuration.ts';
import { matchesRule } from './worker-identity.ts';

const entry = {
  name: 'nightly',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'countersign',
  claims: { repository: 'example/jobs', ref: 'refs/heads/main' },
  tenantIds: 'any',
  profiles: ['read-only'],
};
const problemsOf = (...entries: unknown[]) => parseWorkerIdentities(JSON.stringify(entries)).problems;

test('returns a valid entry unchanged', () => {
  const { identities, problems } = parseWorkerIdentities(JSON.stringify([entry]));
  expect(problems).toEqual([]);
  expect(identities).toEqual([entry]);
});

describe('reports entry and key if', () => {
  const { tenantIds: _t, ...noTenants } = entry;
  const { profiles: _p, ...noProfiles } = entry;
  const { claims: _c, ...noClaims } = entry;
  test.each<[string, unknown, RegExp]>([
    ['tenantIds is missing', noTenants, /entry 1 \("nightly"\), tenantIds: must be "any" or a list/],
    ['tenantIds is an empty list', { ...entry, tenantIds: [] }, /tenantIds: must not be empty/],
    [
      'tenantIds contains other text than tenant IDs',
      { ...entry, tenantIds: ['acme'] },
      /tenantIds\.0: must be an ID like tenant_/,
    ],
    ['tenantIds is null', { ...entry, tenantIds: null }, /tenantIds/],
    ['profiles is missing', noProfiles, /profiles: must be "any" or a list/],
    ['maxTokenAgeSeconds is 0', { ...entry, maxTokenAgeSeconds: 0 }, /maxTokenAgeSeconds: must be 60/],
    [
      'maxTokenAgeSeconds is a string',
      { ...entry, maxTokenAgeSeconds: '300' },
      /maxTokenAgeSeconds: must be a number/,
    ],
    ['profiles is an empty list', { ...entry, profiles: [] }, /profiles: must not be empty/],
    ['claims is missing', noClaims, /claims: must be an object of claims/],
    ['claims is empty', { ...entry, claims: {} }, /claims: must name at least one claim/],
    ['a claim is an empty string', { ...entry, claims: { sub: '' } }, /claims\.sub: must not be empty/],
    ['a claim is an empty list', { ...entry, claims: { sub: [] } }, /claims\.sub: must not be empty/],
    ['a claim is an empty object', { ...entry, claims: { k: {} } }, /claims\.k: must not be empty/],
    ['a claim is null', { ...entry, claims: { sub: null } }, /claims\.sub: must be a value/],
    [
      'claims contains the audience',
      { ...entry, claims: { aud: 'x' } },
      /claims: must not contain iss or aud/,
    ],
    ['audience is empty', { ...entry, audience: '' }, /audience: must not be empty/],
    [
      'issuer is a plain http URL',
      { ...entry, issuer: 'http://issuer.example' },
      /issuer: must be an https URL/,
    ],
    [
      'issuer contains a password',
      { ...entry, issuer: 'https://a:b@issuer.example' },
      /issuer: must be an https/,
    ],
    [
      'jwksUrl is a plain http URL',
      { ...entry, jwksUrl: 'http://10.0.0.1/keys' },
      /jwksUrl: must be an https URL/,
    ],
    [
      'issuer only resembles a loopback URL',
      { ...entry, issuer: 'http://localhost.example' },
      /issuer: must be an https URL/,
    ],
    ['a key is misspelt', { ...entry, tenantId: 'any' }, /entry 1 \("nightly"\): .*tenantId/],
    ['an entry contains a role', { ...entry, role: 'admin' }, /entry 1 \("nightly"\): .*role/],
    ['name is empty', { ...entry, name: '' }, /entry 1 \(""\), name: must have/],
  ])('%s', (_, invalidEntry, message) => {
    expect(problemsOf(invalidEntry).join('\n')).toMatch(message);
  });

  test('two entries have the same name, or different key URLs for the same issuer', () => {
    expect(problemsOf(entry, entry).join()).toMatch(
      /entry 2 \("nightly"\): an earlier entry has the same name/,
    );
    const elsewhere = { ...entry, name: 'other', jwksUrl: 'https://elsewhere.example/keys' };
    expect(problemsOf(entry, elsewhere).join()).toMatch(/entry 2 \("other"\): .*has another jwksUrl/);
  });

  test('the file is not a list, is not JSON, or has duplicate keys or __proto__', () => {
    expect(parseWorkerIdentities('{}').problems.join()).toMatch(/must be a list/);
    expect(parseWorkerIdentities('[').problems.join()).toMatch(/must be JSON/);
    const duplicate = JSON.stringify([entry]).replace('"tenantIds"', '"tenantIds":["x"],"tenantIds"');
    expect(parseWorkerIdentities(duplicate).problems.join()).toMatch(/duplicate key/);
    const proto = JSON.stringify([entry]).replace('"ref":', '"__proto__":');
    expect(parseWorkerIdentities(proto).problems.join()).toMatch(/__proto__/);
  });
});

test('the configuration is rejected with the variable that names an invalid or missing file', () => {
  const file = path.join(tmpdir(), `countersign-identities-${process.pid}.json`);
  onTestFinished(() => rmSync(file));
  const environment = { COUNTERSIGN_WORKER_IDENTITIES_FILE: file };
  writeFileSync(file, JSON.stringify([entry]));
  expect(readConfig('sandbox', environment).workerIdentities).toEqual([entry]);
  writeFileSync(file, JSON.stringify([{ ...entry, claims: {} }]));
  expect(() => readConfig('sandbox', environment)).toThrow(
    /COUNTERSIGN_WORKER_IDENTITIES_FILE entry 1 \("nightly"\), claims: must name at least one claim/,
  );
  expect(() => readConfig('sandbox', { COUNTERSIGN_WORKER_IDENTITIES_FILE: `${file}.none` })).toThrow(
    /COUNTERSIGN_WORKER_IDENTITIES_FILE cannot be read/,
  );
  expect(readConfig('sandbox', {}).workerIdentities).toEqual([]);
});

test('an empty rule, or one that names an inherited property, matches no claim', () => {
  for (const claim of [undefined, null, '', 'x', {}, [], 0, false]) {
    expect(matchesRule({}, claim)).toBe(false);
    expect(matchesRule([], claim)).toBe(false);
  }
  expect(matchesRule({ toString: 'x' }, {})).toBe(false);
  expect(matchesRule({ constructor: { name: 'Object' } }, {})).toBe(false);
});
