import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Words that names may not use, each with the term of the glossary that replaces it. */
const RETIRED: Record<string, string> = {
  admit: 'allow',
  admits: 'allows',
  asked: 'requested',
  demand: 'enforce',
  demands: 'enforces',
  drawn: 'issued',
  draw: 'issue',
  draws: 'issues',
  dying: 'retiring',
  forget: 'deleteExpired…',
  forgotten: 'deleted',
  judged: 'validated',
  largest: 'max…',
  least: 'min…',
  look: 'page context, view',
  looks: 'page context, view',
  mend: 'fix, repair',
  mended: 'fixed, repaired',
  mending: 'fixing, repairing',
  most: 'max…',
  patience: 'maxWait',
  place: 'location, path, position',
  play: 'run, scenario',
  proven: 'verified',
  said: 'unverified, reported',
  say: 'report, format…',
  saying: 'message, label, text',
  slip: 'typo',
  slips: 'typos',
  stage: 'environment',
  stands: 'location',
  story: 'scenario',
  tell: 'report, notify',
  told: 'reported, notified',
  turn: 'rate limit, slot',
  unseen: 'visually hidden',
  ways: 'setup methods',
  words: 'message, label, text',
};

/** Names in which a retired word is part of a common idiom. */
const ALLOWED = new Set(['moveIntoPlace']);

interface Name {
  name: string;
  file: string;
}

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase())
    .filter(Boolean);

/** The names that a TypeScript file declares or uses, without comments, the text of strings and patterns. */
function identifiersOf(source: string): Set<string> {
  return new Set(codeOf(source).match(/[A-Za-z_$][\w$]*/g) ?? []);
}

const NOT_CODE = [
  /\/\*[\s\S]*?\*\//y,
  /\/\/.*/y,
  /'(?:[^'\\\n]|\\.)*'/y,
  /"(?:[^"\\\n]|\\.)*"/y,
  // A pattern, not a division: after an operator, a bracket or the beginning of a line.
  /(?<=[(,=:[!&|?{};\n>]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*/y,
];

/** Blanks everything that is no code. Templates nest: their text is blanked, the code in `${…}` is kept. */
function codeOf(source: string): string {
  let code = '';
  /** For each open template, the depth of braces at its innermost `${`; -1 while in its text. */
  const templates: number[] = [];
  let braces = 0;
  for (let at = 0; at < source.length; ) {
    const inText = templates.at(-1) === -1;
    const character = source[at] ?? '';
    const skipped = inText ? 0 : lengthOfNonCode(source, at);
    if (skipped > 0) {
      code += ' ';
      at += skipped;
    } else if (inText && character === '\\') {
      at += 2;
    } else if (inText && source.startsWith('${', at)) {
      templates[templates.length - 1] = braces++;
      at += 2;
    } else if (character === '`') {
      if (inText) templates.pop();
      else templates.push(-1);
      at++;
    } else {
      if (!inText && character === '{') braces++;
      if (!inText && character === '}' && --braces === templates.at(-1)) templates[templates.length - 1] = -1;
      code += inText ? ' ' : character;
      at++;
    }
  }
  return code;
}

function lengthOfNonCode(source: string, at: number): number {
  for (const pattern of NOT_CODE) {
    pattern.lastIndex = at;
    const [match] = pattern.exec(source) ?? [];
    if (match !== undefined) return match.length;
  }
  return 0;
}

const classesOf = (css: string): Set<string> =>
  new Set([...css.matchAll(/\.([a-z][\w-]*)/g)].map(([, name = '']) => name));

/** Each retired word in a name, as a line to read. */
function retiredWords(names: Name[]): string[] {
  return names.flatMap(({ name, file }) =>
    ALLOWED.has(name)
      ? []
      : wordsOf(name)
          .filter((word) => Object.hasOwn(RETIRED, word))
          .map((word) => `${file}: ${name} has "${word}"; use: ${RETIRED[word]}`),
  );
}

function namesOfTheProject(): Name[] {
  const files = ['src', 'client/src', 'test', 'bench', 'scripts']
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => `${root}/${file}`),
    )
    .filter(
      (file) =>
        /\.(ts|mjs|css)$/.test(file) && !file.includes('/generated/') && file !== 'test/vocabulary.test.ts',
    );
  return files.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const names = file.endsWith('.css') ? classesOf(source) : identifiersOf(source);
    return [{ name: file, file }, ...[...names].map((name) => ({ name, file }))];
  });
}

test('no identifier, file or CSS class has a word that the glossary retired', () => {
  expect(retiredWords(namesOfTheProject())).toEqual([]);
});

describe('the check of names', () => {
  test('finds a retired word in a variable, a constant, a class and a path', () => {
    const names = ['drawCredentials', 'MOST_RUNS', 'way-words', 'src/story/run.ts'].map((name) => ({
      name,
      file: 'f',
    }));
    expect(retiredWords(names)).toHaveLength(4);
  });

  test('reads no comment, string, template text or pattern as a name', () => {
    const source = `/* told */ // said\nconst text = \`ways \${issue} story\`; const a = 'draw'; const b = /mend/;`;
    expect([...identifiersOf(source)]).toEqual(['const', 'text', 'issue', 'a', 'b']);
  });
});
