import { validate, version } from 'uuid';
import { expect, test } from 'vitest';
import { derivedId, idPattern, newId } from './ids.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The UUID of a TypeID, read as the TypeID specification 0.3 says. */
function uuidOf(id: string): string {
  let value = 0n;
  for (const character of id.slice(id.indexOf('_') + 1))
    value = value * 32n + BigInt(ALPHABET.indexOf(character));
  return value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

test('the example of the specification is read as it says', () => {
  expect(uuidOf('prefix_01h455vb4pex5vsknk084sn02q')).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
});

test('a new ID is a UUID version 7 of this moment, later ones are greater, and its pattern takes it', () => {
  const before = Date.now();
  const ids = Array.from({ length: 1000 }, () => newId('tenant'));
  for (const id of ids) {
    const uuid = uuidOf(id);
    expect(validate(uuid) && version(uuid)).toBe(7);
    expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
    expect(id).toMatch(idPattern('tenant'));
    expect(id).not.toMatch(idPattern('key'));
  }
  expect([...new Set(ids)].sort()).toEqual(ids);
});

test('a derived ID is the same for the same parts, another for others, and stays what it was', () => {
  expect(derivedId('identity', ['a', 'b'])).toBe(derivedId('identity', ['a', 'b']));
  expect(derivedId('identity', ['a', 'b'])).not.toBe(derivedId('identity', ['ab', '']));
  expect(derivedId('identity', ['a', 'b'])).toMatch(idPattern('identity'));
  expect(derivedId('x', ['0'])).toBe('x_53fexv0xjcrpzrv3153jrwjqhx');
});
