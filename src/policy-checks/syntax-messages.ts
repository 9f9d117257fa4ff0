import { type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { Findings } from './finding.ts';

export function positionIn(text: string, offset: number): { line: number; column: number } {
  const linesBefore = text.slice(0, offset).split('\n');
  return { line: linesBefore.length, column: (linesBefore.at(-1) ?? '').length + 1 };
}

const WHERE_TO_FIND_THE_POLICY =
  'Paste the trust policy as JSON. The IAM console shows it on the page of the role under "Trust relationships". With the AWS CLI: aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument.';

const OTHER_CONTENT: [RegExp, string][] = [
  [
    /^[^{]*\{\s*"(Version|Id|Statement|Role)"\s*:/,
    'There is other text before the policy. A policy begins with {.',
  ],
  [/^arn:/, 'This is an ARN, not a trust policy.'],
  [/^[0-9a-f]{8}-[0-9a-f-]{27}$/i, 'This is an external ID, not a trust policy.'],
  [
    /assume_role_policy|^\s*(data|resource)\s+"aws_|jsonencode\s*\(/m,
    'This looks like Terraform configuration, not JSON.',
  ],
  [
    /^\s*-?\s*(Version|Statement|AWSTemplateFormatVersion|AssumeRolePolicyDocument|Resources)\s*:/m,
    'This looks like YAML, not JSON.',
  ],
];

/** Adds a finding and returns true if the text is clearly something other than JSON. */
export function addNotJson(text: string, findings: Findings): boolean {
  const trimmed = text.trim();
  if (/^[{["]/.test(trimmed)) return false;
  const description = OTHER_CONTENT.find(([pattern]) => pattern.test(trimmed))?.[1];
  findings.add('syntax_error', [], {
    message:
      trimmed === ''
        ? 'The text is empty.'
        : (description ?? 'This is not JSON, because a policy begins with {.'),
    fix: WHERE_TO_FIND_THE_POLICY,
  });
  return true;
}

interface SyntaxMessage {
  problem: string;
  fix: string;
}

/** Reports the first syntax error only, because later ones are often its consequences. */
export function addSyntaxError(text: string, error: ParseError, findings: Findings): void {
  const { line, column } = positionIn(text, error.offset);
  const { problem, fix } = describeCommonMistake(text, error) ?? describeParserError(text, error);
  findings.add('syntax_error', [], { message: `Line ${line}, column ${column}: ${problem}`, fix });
}

const textAt = (text: string, { offset, length }: ParseError): string =>
  text.slice(offset, offset + Math.max(length, 1));

/** Mistakes for which the parser's own error would mislead. */
function describeCommonMistake(text: string, error: ParseError): SyntaxMessage | undefined {
  const found = textAt(text, error);
  const previousCharacter = text.slice(0, error.offset).trimEnd().at(-1);
  if (text.trimStart().startsWith('"'))
    return { problem: 'the braces around the policy are missing.', fix: 'Begin with { and end with }.' };
  if (/[\u2018-\u201f\u00ab\u00bb\uff02]/.test(found))
    return {
      problem: 'a curly quotation mark, as word processors and chat programs insert it.',
      fix: 'Replace every curly quotation mark with a straight one: ".',
    };
  if (found.startsWith("'"))
    return {
      problem: 'a single quotation mark. JSON uses double quotation marks.',
      fix: 'Replace every \' with ".',
    };
  if (previousCharacter === ',' && /^[}\]]/.test(found))
    return { problem: 'a comma before a closing bracket.', fix: 'Remove the comma after the last member.' };
  return undefined;
}

function describeParserError(text: string, error: ParseError): SyntaxMessage {
  const found = excerpt(textAt(text, error));
  const code = printParseErrorCode(error.error);
  switch (code) {
    case 'InvalidCommentToken':
      return { problem: 'a comment, which JSON does not support.', fix: 'Remove the comment.' };
    case 'CommaExpected':
      return { problem: `a comma is missing before ${found}.`, fix: 'Insert a comma between the two.' };
    case 'ColonExpected':
      return { problem: `a colon is missing before ${found}.`, fix: 'Insert a colon after the key.' };
    case 'UnexpectedEndOfString':
      return { problem: 'a string that is not closed on its line.', fix: 'Close it with ".' };
    case 'CloseBraceExpected':
    case 'CloseBracketExpected':
      if (error.offset >= text.trimEnd().length)
        return {
          problem: 'the text ends before its last bracket is closed.',
          fix: 'Copy the whole policy. Its last character is }.',
        };
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
