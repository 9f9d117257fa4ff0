import { expect, test } from 'vitest';
import { type RoleRule, roleOf } from './role-rule.ts';
import { staffName, staffSubject } from './staff-identity.ts';

const RULES: RoleRule[] = [
  { claim: 'groups', equals: 'countersign-admins', role: 'admin' },
  { claim: 'groups', equals: ['support', 'helpdesk'], role: 'support' },
  { claim: 'email', equals: 'auditor@example.com', role: 'auditor' },
  { claim: 'level', equals: 7, role: 'onboarding' },
];

const roleFor = (claims: object) => roleOf(RULES, { sub: 'person-1', ...claims });

test('the first rule that matches gives the role', () => {
  expect(roleFor({ groups: ['helpdesk', 'countersign-admins'] })).toBe('admin');
  expect(roleFor({ groups: ['helpdesk', 'others'] })).toBe('support');
  expect(roleFor({ groups: 'helpdesk' })).toBe('support');
  expect(roleFor({ level: 7 })).toBe('onboarding');
});

test('nobody without a matching rule has a role', () => {
  expect(roleOf([], { sub: 'person-1', groups: ['countersign-admins'] })).toBeNull();
  for (const claims of [
    {},
    { groups: [] },
    { groups: ['Countersign-Admins'] },
    { groups: ['countersign-admins '] },
    { groups: 'countersign-admins,support' },
    { groups: [['countersign-admins']] },
    { groups: { 'countersign-admins': true } },
    { level: '7' },
    { level: [true] },
  ])
    expect(roleFor(claims), JSON.stringify(claims)).toBeNull();
});

test('a claim that every object inherits matches no rule', () => {
  const rules: RoleRule[] = [{ claim: 'constructor', equals: 'Object', role: 'admin' }];
  expect(roleOf(rules, { sub: 'person-1' })).toBeNull();
});

test('an e-mail address counts only if the provider says that it is verified', () => {
  const email = 'auditor@example.com';
  expect(roleFor({ email, email_verified: true })).toBe('auditor');
  for (const verified of [undefined, false, null, 'true', 1, ['true']])
    expect(roleFor({ email, email_verified: verified }), String(verified)).toBeNull();
  expect(roleFor({ email })).toBeNull();
  expect(roleFor({ email: [email], email_verified: 'yes' })).toBeNull();
});

test('a person is named by what they cannot choose, in plain text', () => {
  const claims = { sub: 'person-1', name: 'Ann', preferred_username: 'ann', email: 'ann@example.com' };
  expect(staffName({ ...claims, email_verified: true })).toBe('ann@example.com');
  expect(staffName(claims)).toBe('ann');
  expect(staffName({ sub: 'person-1', name: 'An\u202en\n' })).toBe('Ann');
  expect(staffName({ sub: 'person-1', name: '\u200b' })).toBe('person-1');
  expect(staffName({ sub: 'person-1', name: 'x'.repeat(5000) })).toHaveLength(200);
});

test('a person is identified by issuer and subject, whatever they are called', () => {
  const subject = (issuer: string, sub: string) => staffSubject(issuer, { sub });
  expect(subject('https://a.example', '1')).toMatch(/^staff_/);
  expect(subject('https://a.example', '1')).not.toBe(subject('https://b.example', '1'));
  expect(subject('https://a.example', '1')).not.toBe(subject('https://a.example', '2'));
});
