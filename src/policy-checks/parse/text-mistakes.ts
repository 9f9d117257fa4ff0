import { type Finding, finding, type Position } from '../findings/finding.ts';
import type { Syntax } from '../findings/wording.ts';
import { UnreadableText } from './parsed-text.ts';

/** A mistake in JSON that has only one possible correction, which loses nothing. */
export type TextMistake =
  | 'curly_quotes'
  | 'single_quotes'
  | 'missing_quotes'
  | 'missing_comma'
  | 'trailing_comma'
  | 'comment'
  | 'odd_space'
  | 'no_braces'
  | 'leftover';

export function positionIn(text: string, offset: number | undefined): Position | undefined {
  if (offset === undefined) return undefined;
  const linesBefore = text.slice(0, offset).split('\n');
  return { line: linesBefore.length, column: (linesBefore.at(-1) ?? '').length + 1 };
}

/** The problem and the fix. */
export const MISTAKES: Record<TextMistake, [problem: string, fix: string]> = {
  curly_quotes: [
    'a curly quotation mark, as word processors and chat programs insert it.',
    'Replace every curly quotation mark with a straight one: ".',
  ],
  single_quotes: ['a single quotation mark. JSON uses double quotation marks.', 'Replace every \' with ".'],
  missing_quotes: ['a value or key without quotation marks.', 'Put it into double quotation marks.'],
  missing_comma: ['a comma is missing before this.', 'Insert a comma between the two.'],
  trailing_comma: ['a comma before a closing bracket.', 'Remove the comma after the last member.'],
  comment: ['a comment, which JSON does not support.', 'Remove the comment.'],
  odd_space: [
    'an invisible character that JSON does not support, such as a non-breaking space.',
    'Delete it, and type an ordinary space if one is needed.',
  ],
  no_braces: ['the braces around the policy are missing.', 'Begin with { and end with }.'],
  leftover: [
    'a bracket or other sign comes after the end of the policy.',
    'Remove what comes after its last }.',
  ],
};

export const syntaxError = (problem: string, fix: string, position?: Position | undefined): Finding => ({
  ...finding('syntax_error', [], { problem, fix, ...position }),
  ...(position && { position }),
});

const WHERE_TO_FIND_THE_POLICY =
  'Paste the trust policy as JSON. The IAM console shows it on the page of the role under "Trust relationships". With the AWS CLI: aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument.';

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
export function notAPolicy(text: string): UnreadableText {
  const problem = OTHER_CONTENT.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? '';
  return new UnreadableText(syntaxError(problem, WHERE_TO_FIND_THE_POLICY));
}

/** For a text in another language that cannot be read as a whole. */
export function unreadable(language: string, reason: string, syntax: Syntax): UnreadableText {
  const problem = `This looks like ${language}, but it could not be read as a whole: ${reason}.`;
  return new UnreadableText(syntaxError(problem, WHERE_TO_FIND_THE_POLICY), syntax);
}
