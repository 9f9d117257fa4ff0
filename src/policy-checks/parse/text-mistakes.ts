import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import { type Finding, finding, type Position } from '../findings/finding.ts';
import type { TextMistake } from './normalize-json.ts';

export function positionIn(text: string, offset: number): Position {
  const linesBefore = text.slice(0, offset).split('\n');
  return { line: linesBefore.length, column: (linesBefore.at(-1) ?? '').length + 1 };
}

const WHERE_TO_FIND_THE_POLICY =
  'Paste the trust policy as JSON. The IAM console shows it on the page of the role under "Trust relationships". With the AWS CLI: aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument.';

export const MISTAKES: Record<TextMistake | 'no_braces', { problem: string; fix: string }> = {
  curly_quotes: {
    problem: 'a curly quotation mark, as word processors and chat programs insert it.',
    fix: 'Replace every curly quotation mark with a straight one: ".',
  },
  single_quotes: {
    problem: 'a single quotation mark. JSON uses double quotation marks.',
    fix: 'Replace every \' with ".',
  },
  missing_quotes: {
    problem: 'a value or key without quotation marks.',
    fix: 'Put it into double quotation marks.',
  },
  missing_comma: { problem: 'a comma is missing before this.', fix: 'Insert a comma between the two.' },
  trailing_comma: {
    problem: 'a comma before a closing bracket.',
    fix: 'Remove the comma after the last member.',
  },
  comment: { problem: 'a comment, which JSON does not support.', fix: 'Remove the comment.' },
  odd_space: {
    problem: 'an invisible character that JSON does not support, such as a non-breaking space.',
    fix: 'Delete it, and type an ordinary space if one is needed.',
  },
  no_braces: { problem: 'the braces around the policy are missing.', fix: 'Begin with { and end with }.' },
};

export const syntaxError = (problem: string, fix: string, position?: Position): Finding => ({
  ...finding('syntax_error', [], { problem, fix, ...position }),
  ...(position && { position }),
});

const OTHER_CONTENT: [RegExp, string][] = [
  [/^$/, 'The text is empty.'],
  [
    /^[^{]*\{\s*["\u201c](Version|Id|Statement|Role)["\u201d]\s*:/,
    'There is other text before the policy. A policy begins with {.',
  ],
  [/^arn:/, 'This is an ARN, not a trust policy.'],
  [/^[0-9a-f]{8}-[0-9a-f-]{27}$/i, 'This is an external ID, not a trust policy.'],
  [/^/, 'This is not JSON, because a policy begins with {.'],
];

/** For a text that is clearly something other than a policy. */
export function notAPolicy(text: string): Finding {
  const problem = OTHER_CONTENT.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? '';
  return syntaxError(problem, WHERE_TO_FIND_THE_POLICY);
}

/** For a text in another language that cannot be read as a whole. */
export const unreadable = (language: string, reason: string): Finding =>
  syntaxError(
    `This looks like ${language}, but it could not be read as a whole: ${reason}.`,
    WHERE_TO_FIND_THE_POLICY,
  );

/** The first error of the parser; later ones are often its consequences. */
export function parserError(text: string, error: ParseError, position: Position): Finding {
  const { problem, fix } = describeParserError(text, error);
  return syntaxError(problem, fix, position);
}

function describeParserError(text: string, error: ParseError): { problem: string; fix: string } {
  const found = excerpt(text.slice(error.offset, error.offset + Math.max(error.length, 1)));
  const isAtEnd = error.offset >= text.trimEnd().length;
  const code = printParseErrorCode(error.error);
  if (isAtEnd && code !== 'EndOfFileExpected') {
    return {
      problem: 'the text ends before its last bracket is closed.',
      fix: 'Copy the whole policy. Its last character is }.',
    };
  }
  switch (code) {
    case 'ColonExpected':
      return { problem: `a colon is missing before ${found}.`, fix: 'Insert a colon after the key.' };
    case 'UnexpectedEndOfString':
      return { problem: 'a string that is not closed on its line.', fix: 'Close it with ".' };
    case 'CloseBraceExpected':
    case 'CloseBracketExpected':
      return {
        problem: `${code === 'CloseBraceExpected' ? '}' : ']'} is missing before ${found}.`,
        fix: 'Close the bracket that was opened.',
      };
    case 'EndOfFileExpected':
      return {
        problem: `${found} comes after the end of the policy.`,
        fix: 'Paste only one policy, and nothing after its last }.',
      };
    default:
      return {
        problem: `${found} is not valid here.`,
        fix: 'Correct the JSON at this position: strings and keys are in double quotation marks, and commas separate the members.',
      };
  }
}

const MAX_EXCERPT_LENGTH = 30;

const excerpt = (text: string): string =>
  text.trim() === ''
    ? 'the end of the text'
    : JSON.stringify(text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH)}…` : text);
