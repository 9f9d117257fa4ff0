import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { Findings } from './finding.ts';

export function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const WHERE_IT_IS =
  'Paste the trust policy as JSON: in the IAM console it stands under "Trust relationships" of the role; with the AWS CLI, aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument.';

const OTHER_THINGS: [RegExp, string][] = [
  [
    /^[^{]*\{\s*"(Version|Id|Statement|Role)"\s*:/,
    'There is something else before the policy: it begins with {, and nothing stands before that.',
  ],
  [/^arn:/, 'This is an ARN, not a trust policy.'],
  [/^[0-9a-f]{8}-[0-9a-f-]{27}$/i, 'This is an external ID, not a trust policy.'],
  [
    /assume_role_policy|^\s*(data|resource)\s+"aws_|jsonencode\s*\(/m,
    'This looks like Terraform, not like JSON.',
  ],
  [
    /^\s*-?\s*(Version|Statement|AWSTemplateFormatVersion|AssumeRolePolicyDocument|Resources)\s*:/m,
    'This looks like YAML, not like JSON.',
  ],
];

/** Says so when the text is something else altogether. */
export function sayNotJson(text: string, findings: Findings): boolean {
  const start = text.trim();
  if (/^[{["]/.test(start)) return false;
  const what = OTHER_THINGS.find(([pattern]) => pattern.test(start))?.[1];
  findings.add('syntax_error', [], {
    message: start === '' ? 'There is no text.' : (what ?? 'This is not JSON: a policy begins with {.'),
    fix: WHERE_IT_IS,
  });
  return true;
}

/** The first mistake in a text that is nearly JSON. What comes after it is often only its echo. */
export function saySyntaxError(text: string, error: ParseError, findings: Findings): void {
  const { line, column } = positionIn(text, error.offset);
  const { what, fix } = words(text, error);
  findings.add('syntax_error', [], { message: `Line ${line}, column ${column}: ${what}`, fix });
}

function words(text: string, { error, offset, length }: ParseError): { what: string; fix: string } {
  const here = text.slice(offset, offset + Math.max(length, 1));
  const before = text.slice(0, offset).trimEnd().at(-1);
  const curly = /[\u2018-\u201f\u00ab\u00bb\uff02]/.test(here);
  if (text.trimStart().startsWith('"'))
    return { what: 'the braces around the policy are missing.', fix: 'Begin with { and end with }.' };
  if (curly)
    return {
      what: 'a curly quotation mark, as word processors and chat programs make them.',
      fix: 'Replace every curly quotation mark by a straight one: ".',
    };
  if (here.startsWith("'"))
    return { what: 'a single quotation mark; JSON has double ones.', fix: 'Write " in place of \'.' };
  if (before === ',' && /^[}\]]/.test(here))
    return { what: 'a comma before a closing bracket.', fix: 'Remove the comma after the last member.' };
  switch (printParseErrorCode(error)) {
    case 'InvalidCommentToken':
      return { what: 'a comment; JSON has none.', fix: 'Remove the comment.' };
    case 'CommaExpected':
      return { what: `a comma is missing before ${shown(here)}.`, fix: 'Put a comma between the two.' };
    case 'ColonExpected':
      return { what: `a colon is missing before ${shown(here)}.`, fix: 'Put a colon after the key.' };
    case 'UnexpectedEndOfString':
      return { what: 'a text that is not closed on its line.', fix: 'Close it with ".' };
    case 'CloseBraceExpected':
    case 'CloseBracketExpected':
      return offset >= text.trimEnd().length
        ? {
            what: 'the text ends before its last bracket is closed.',
            fix: 'Copy the policy to its end: the last character is }.',
          }
        : {
            what: `${printParseErrorCode(error) === 'CloseBraceExpected' ? '}' : ']'} is missing before ${shown(here)}.`,
            fix: 'Close what was opened.',
          };
    case 'EndOfFileExpected':
      return {
        what: `${shown(here)} stands after the end of the policy.`,
        fix: 'Paste one policy, and nothing after its last }.',
      };
    default:
      return {
        what: `${shown(here)} cannot stand here.`,
        fix: 'Mend the JSON at this place: texts and keys stand in double quotes, members are parted by commas.',
      };
  }
}

const shown = (text: string): string =>
  text.trim() === ''
    ? 'the end of the text'
    : JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text);
