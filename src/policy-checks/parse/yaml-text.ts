import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, YAMLParseError } from 'yaml';
import type { UnreadableReason } from '../findings/catalogue/syntax.ts';
import { finding } from '../findings/finding.ts';
import { MAX_DEPTH } from '../json-values.ts';
import { locateIn, type ParsedText, positionIn, syntaxMistake, UnreadableText } from './text.ts';

/** Whether a text is clearly YAML: a CloudFormation template or a policy in it. */
export const isYaml = (text: string): boolean =>
  /^\s*-?\s*["']?(Version|Statement|AWSTemplateFormatVersion|AssumeRolePolicyDocument|Resources|Effect|Role|Roles)["']?\s*:/m.test(
    text,
  );

const isFunctionTag = (tag: string | undefined): tag is string => tag !== undefined && /^![A-Z]/.test(tag);

/** Converts a node to JSON, with the short forms of CloudFormation's functions as their long forms. */
function toJson(node: unknown): unknown {
  if (isPair(node)) return [String(toJson(node.key)), toJson(node.value)];
  if (isAlias(node)) throw unreadable('yaml_alias');
  const value = isMap(node)
    ? Object.fromEntries(node.items.map((pair) => toJson(pair) as [string, unknown]))
    : isSeq(node)
      ? node.items.map(toJson)
      : isScalar(node)
        ? node.value
        : null;
  const tag = isNode(node) ? node.tag : undefined;
  if (!isFunctionTag(tag)) return value;
  if (tag === '!Ref') return { Ref: value };
  return {
    [`Fn::${tag.slice(1)}`]: tag === '!GetAtt' && typeof value === 'string' ? value.split('.') : value,
  };
}

/**
 * Parses YAML, in which every scalar is a string, as in CloudFormation: an account ID keeps its zeros, and a Version is not
 * a date.
 * @throws UnreadableText
 */
export function parseYamlText(text: string): ParsedText {
  try {
    const document = parseDocument(text, { schema: 'failsafe', logLevel: 'error' });
    const [error] = document.errors;
    if (error?.code === 'MULTIPLE_DOCS') throw severalDocuments(text);
    if (error) throw error;
    const value = toJson(document.contents);
    if (isDeeperThan(value, MAX_DEPTH)) throw unreadable('yaml_too_deep');
    const locate = locateIn(text, (path) => {
      const node = document.getIn(path, true);
      return isNode(node) ? node.range?.[0] : undefined;
    });
    return { value, syntax: 'cloudformation', locate };
  } catch (error) {
    if (error instanceof UnreadableText) throw error;
    // Deep nesting overflows the stack of the parser.
    if (!(error instanceof YAMLParseError)) throw unreadable('yaml_too_deep');
    const found = syntaxMistake('yaml', positionIn(text, error.pos[0]));
    throw new UnreadableText(found, 'cloudformation');
  }
}

const unreadable = (reason: UnreadableReason): UnreadableText =>
  new UnreadableText(finding('syntax_error', [], { unreadable: reason, language: 'YAML' }), 'cloudformation');

const severalDocuments = (text: string): UnreadableText => {
  const names = text.split(/^---/m).filter((one) => one.trim() !== '');
  return new UnreadableText(
    finding('several_policies', [], { names: names.map(() => '') }),
    'cloudformation',
  );
};

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}
