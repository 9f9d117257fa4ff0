import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportLines, quote } from './shell.ts';

test('whatever a value holds, a shell reads that very text and runs nothing of it', () => {
  const texts = fc.sample(
    fc.string({ unit: 'binary' }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
    200,
  );
  texts.push("'; touch /tmp/x; '", '$(id)', '`id`', "\\'", '\n', '!!');
  const script = texts.map((text) => `printf '%s\\0' ${quote(text)}`).join('\n');
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' }).split('\0')).toEqual([...texts, '']);
});

test('export lines can be evaluated', () => {
  const script = `${exportLines({ A: "it's", B: '$A' })}sh -c 'echo "$A,$B"'`;
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' })).toBe("it's,$A\n");
});
