import { expect, test } from 'vitest';
import { type Check, getExpectedObservation, PROBES, type Probe } from '../connections/verification.ts';
import { inferCondition } from './infer-condition.ts';

const ID = '0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e';
const checks = (...allowed: Probe[]): Check[] =>
  PROBES.map((probe) => ({
    probe,
    expected: getExpectedObservation(probe),
    observed: probe === 'correct' || allowed.includes(probe) ? 'allowed' : 'denied',
  }));

test.each<[Probe[], object | null]>([
  [['missing', 'wrong', 'case_changed', 'extended'], null],
  [['wrong', 'case_changed', 'extended'], { StringLike: { 'sts:ExternalId': '*' } }],
  [['wrong'], { StringLike: { 'sts:ExternalId': ID.replace(/[^-]/g, '?') } }],
  [['extended'], { StringLike: { 'sts:ExternalId': `${ID}*` } }],
  [['missing', 'extended'], { StringLikeIfExists: { 'sts:ExternalId': `${ID}*` } }],
  [['case_changed'], { StringEqualsIgnoreCase: { 'sts:ExternalId': ID } }],
  [['missing', 'case_changed'], { StringEqualsIgnoreCaseIfExists: { 'sts:ExternalId': ID } }],
  [['missing'], { StringEqualsIfExists: { 'sts:ExternalId': ID } }],
])('infers from a role that allows %j the condition %j', (allowed, condition) => {
  expect(inferCondition(checks(...allowed), ID)).toEqual(condition);
});
