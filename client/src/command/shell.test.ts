import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatExports, quoteForShell } from './shell.ts';

test('a quoted text reaches the program unchanged, and the shell executes nothing in it', () => {
  const texts = fc.sample(
    fc.string({ unit: 'binary' }).filter((text) => !/[\0\ud800-\udfff]/.test(text)),
    200,
  );
  texts.push("'; touch /tmp/x; '", '$(id)', '`id`', "\\'", '\n', '!!');
  const script = texts.map((text) => `printf '%s\\0' ${quoteForShell(text)}`).join('\n');
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' }).split('\0')).toEqual([...texts, '']);
});

test('a shell can evaluate the export lines', () => {
  const script = `${formatExports({ A: "it's", B: '$A' })}sh -c 'echo "$A,$B"'`;
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' })).toBe("it's,$A\n");
});
