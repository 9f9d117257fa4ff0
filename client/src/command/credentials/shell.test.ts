import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProgram, testWithEach } from '../../../../test/harness/tools.ts';
import { formatExports, formatUnset, quoteForShell } from './shell.ts';

/** Texts that a shell could expand, run, or take for the end of a quotation. */
const TEXTS = [
  "'; touch /tmp/x; '",
  '$(id)',
  '`id`',
  "\\'",
  '\n',
  '!!',
  '\\',
  "a\\'b",
  '’; id; ’',
  '$env:A',
  '"',
];
const anyText = fc.string({ unit: 'binary' }).filter((text) => !/[\0\ud800-\udfff]/.test(text));

test('a quoted text reaches the program unchanged, and the shell executes nothing in it', () => {
  const texts = [...fc.sample(anyText, 200), ...TEXTS];
  const script = texts.map((text) => `printf '%s\\0' ${quoteForShell('posix', text)}`).join('\n');
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' }).split('\0')).toEqual([...texts, '']);
});

test('a shell can evaluate the export lines', () => {
  const script = `${formatExports('posix', { A: "it's", B: '$A' })}sh -c 'echo "$A,$B"'`;
  expect(execFileSync('sh', [], { input: script, encoding: 'utf8' })).toBe("it's,$A\n");
});

test('a quoted text ends at its last quotation mark by the rules of PowerShell and fish', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.constantFrom(...TEXTS)), (text) => {
      const quoted = quoteForShell('powershell', text);
      // In PowerShell, only a doubled quotation mark continues the text, and nothing is expanded.
      expect(quoted).toMatch(/^'(?:[^'\u2018-\u201b]|(['\u2018-\u201b])\1)*'$/u);
      expect(quoted.slice(1, -1).replace(/(['\u2018-\u201b])\1/g, '$1')).toBe(text);
      const fish = quoteForShell('fish', text);
      // In fish, a backslash escapes only itself and the quotation mark, and nothing else is special.
      expect(fish).toMatch(/^'(?:[^'\\]|\\['\\])*'$/u);
      expect(fish.slice(1, -1).replace(/\\(['\\])/g, '$1')).toBe(text);
    }),
  );
});

describe('sets the credentials and removes others', () => {
  test('in PowerShell', () => {
    expect(formatExports('powershell', { A: "it's" })).toBe("$env:A = 'it''s'\n");
    expect(formatUnset('powershell', {})).toContain('$env:AWS_PROFILE = $null\n');
  });

  test('in fish', () => {
    expect(formatExports('fish', { A: "it's" })).toBe("set -gx A 'it\\'s'\n");
    expect(formatUnset('fish', { AWS_PROFILE: 'a' })).toMatch(/^set -e AWS_ACCESS_KEY_ID (?!.*AWS_PROFILE)/);
  });
});

const options = { env: { ...process.env, AWS_PROFILE: 'other' }, cwd: process.cwd() };
const SECRET = "a'b\\c$d’e";

testWithEach(findProgram('fish', ['--version'], options), 'fish evaluates the lines', async ({ file }) => {
  const lines = formatUnset('fish', {}) + formatExports('fish', { A: SECRET });
  const script = `${lines}sh -c 'printf "%s,%s" "$A" "$AWS_PROFILE"'`;
  expect(execFileSync(file, ['-c', script], { ...options, encoding: 'utf8' })).toBe(`${SECRET},`);
  const texts = [...fc.sample(anyText, 200), ...TEXTS];
  const printAll = texts.map((text) => `printf '%s\\0' ${quoteForShell('fish', text)}`).join('\n');
  const utf8 = { ...options, env: { ...options.env, LC_ALL: 'C.UTF-8' }, encoding: 'utf8' } as const;
  expect(execFileSync(file, ['-c', printAll], utf8).split('\0')).toEqual([...texts, '']);
});

testWithEach(
  findProgram('pwsh', ['--version'], options),
  'PowerShell evaluates the lines',
  async ({ file }) => {
    const lines = formatUnset('powershell', {}) + formatExports('powershell', { A: SECRET });
    const script = `${lines}node -e 'process.stdout.write([process.env.A, process.env.AWS_PROFILE].join())'`;
    const args = ['-NoProfile', '-NonInteractive', '-Command', script];
    expect(execFileSync(file, args, { ...options, encoding: 'utf8' })).toBe(`${SECRET},`);
  },
);
