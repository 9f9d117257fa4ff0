/** Mistakes at a position of the text, and texts that cannot be read as a whole, in English. */
export const SYNTAX_TEXTS = {
  'syntax.position': 'Line {line}, column {column}: {problem}',

  'mistake.curly_quotes': 'a curly quotation mark, as word processors and chat programs insert it.',
  'mistake.curly_quotes.fix': 'Replace every curly quotation mark with a straight one: ".',
  'mistake.single_quotes': 'a single quotation mark. JSON uses double quotation marks.',
  'mistake.single_quotes.fix': 'Replace every \' with ".',
  'mistake.missing_quotes': 'a value or key without quotation marks.',
  'mistake.missing_quotes.fix': 'Put it into double quotation marks.',
  'mistake.missing_comma': 'a comma is missing before this.',
  'mistake.missing_comma.fix': 'Insert a comma between the two.',
  'mistake.trailing_comma': 'a comma before a closing bracket.',
  'mistake.trailing_comma.fix': 'Remove the comma after the last member.',
  'mistake.comment': 'a comment, which JSON does not support.',
  'mistake.comment.fix': 'Remove the comment.',
  'mistake.odd_space': 'an invisible character that JSON does not support, such as a non-breaking space.',
  'mistake.odd_space.fix': 'Delete every one, and type an ordinary space if one is needed.',
  'mistake.html_entities': '{value} is how the source of a web page writes a character.',
  'mistake.html_entities.fix':
    'Copy the text that the page shows, and not its source. In JSON, write the characters themselves.',
  'mistake.no_braces': 'the braces around the policy are missing.',
  'mistake.no_braces.fix':
    'Put it between braces: a policy begins with { and its last character is a closing brace.',
  'mistake.leftover': 'a bracket or other sign comes after the end of the policy.',
  'mistake.leftover.fix': 'Remove what comes after its last }.',
  'mistake.after_end': '{value} comes after the end of the policy.',
  'mistake.after_end.fix': 'Paste only one policy, and nothing after its last }.',
  'mistake.too_deep': 'the text is nested deeper than {value} levels.',
  'mistake.too_deep.fix': 'Paste only the trust policy.',
  'mistake.missing_colon': 'a colon is missing before {value}.',
  'mistake.missing_colon.fix': 'Insert a colon after the key.',
  'mistake.missing_bracket': 'a closing bracket is missing before {value}.',
  'mistake.missing_bracket.fix': 'Close the bracket that was opened.',
  'mistake.open_string': 'a string that is not closed on its line.',
  'mistake.open_string.fix': 'Close it with ".',
  'mistake.cut_off': 'the text ends before its last bracket is closed.',
  'mistake.cut_off.fix': 'Copy the whole policy. Its last character is }.',
  'mistake.not_valid': '{value} is not valid here.',
  'mistake.not_valid.fix':
    'Correct the JSON at this position: strings and keys are in double quotation marks, and commas separate the members.',
  'mistake.yaml': 'this is not valid YAML.',
  'mistake.yaml.fix': 'Correct the YAML at this position, or paste the policy as JSON.',

  'unreadable.empty': 'The text is empty.',
  'unreadable.text_before': 'There is other text before the policy. A policy begins with {.',
  'unreadable.html': 'This is the source of a web page, not the text that the page shows.',
  'unreadable.arn': 'This is an ARN, not a trust policy.',
  'unreadable.external_id': 'This is an external ID, not a trust policy.',
  'unreadable.not_json': 'This is not JSON, because a policy begins with {.',
  'unreadable.language': 'This looks like {language}, but it could not be read as a whole.',
  'unreadable.yaml_alias': 'It has an alias.',
  'unreadable.yaml_too_deep': 'It is nested too deep.',
  'unreadable.terraform_plan': 'The plan hides elements that do not change.',
  'unreadable.terraform_repeated_key': 'An object has the same key twice.',
  'unreadable.terraform_syntax': 'It has a syntax that this check does not know.',
  'unreadable.terraform_no_policy': 'It has no assume_role_policy.',
  'unreadable.expressions': 'A policy is put together by expressions.',
  'unreadable.fix':
    'Paste the trust policy as JSON. The IAM console shows it on the page of the role, on the tab Trust relationships. With the AWS CLI: {command}',
} as const;

type KeyAfter<Prefix extends string> = keyof typeof SYNTAX_TEXTS extends infer Key
  ? Key extends `${Prefix}.${infer Name}`
    ? Name extends `${string}.${string}` | 'fix' | 'language'
      ? never
      : Name
    : never
  : never;

/** A mistake at a position of the text. */
export type SyntaxMistake = KeyAfter<'mistake'>;

/** Why a text cannot be read as a whole. */
export type UnreadableReason = KeyAfter<'unreadable'>;
