import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { deriveId, idPattern, newId } from './ids.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Decodes the UUID of a TypeID as described in the TypeID specification 0.3. */
function decodeUuid(id: string): string {
  let value = 0n;
  for (const character of id.slice(id.indexOf('_') + 1))
    value = value * 32n + BigInt(ALPHABET.indexOf(character));
  return value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

test('decodes the example of the specification', () => {
  expect(decodeUuid('prefix_01h455vb4pex5vsknk084sn02q')).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
});

test('a new ID is a current UUID version 7, sorts after earlier ones, has random bytes of its own, and matches its pattern', () => {
  const before = Date.now();
  const ids = Array.from({ length: 1000 }, () => newId('tenant'));
  for (const id of ids) {
    const uuid = decodeUuid(id);
    expect(validate(uuid) && version(uuid)).toBe(7);
    expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
    expect(id).toMatch(idPattern('tenant'));
    expect(id).not.toMatch(idPattern('key'));
  }
  expect([...new Set(ids)].sort()).toEqual(ids);
  const randomParts = ids.map((id) => decodeUuid(id).slice(-12));
  expect(new Set(randomParts).size).toBe(ids.length);
});

test('a derived ID is stable for the same parts and differs for other parts', () => {
  expect(deriveId('identity', ['a', 'b'])).toBe(deriveId('identity', ['a', 'b']));
  expect(deriveId('identity', ['a', 'b'])).not.toBe(deriveId('identity', ['ab', '']));
  expect(deriveId('identity', ['a', 'b'])).toMatch(idPattern('identity'));
  expect(deriveId('x', ['0'])).toBe('x_53fexv0xjcrpzrv3153jrwjqhx');
});
