import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import { isDeeperThan, type JsonPath, MAX_DEPTH } from '../json-values.ts';
import type { ParsedText } from './text.ts';
import { positionIn, unreadable } from './text.ts';

/** Whether a text is clearly YAML: a CloudFormation template or a policy in it. */
export const isYaml = (text: string): boolean =>
  /^\s*-?\s*["']?(Version|Statement|AWSTemplateFormatVersion|AssumeRolePolicyDocument|Resources|Effect|Role|Roles)["']?\s*:/m.test(
    text,
  );

const isFunctionTag = (tag: string | undefined): tag is string => tag !== undefined && /^![A-Z]/.test(tag);

/** Converts a node to JSON, with the short forms of CloudFormation's functions as their long forms. */
function toJson(node: unknown): unknown {
  if (isPair(node)) return [String(toJson(node.key)), toJson(node.value)];
  if (isAlias(node)) throw new TypeError('it has an alias');
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
    const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
    const [error] = document.errors;
    if (error) throw error;
    const value = toJson(document.contents);
    if (isDeeperThan(value, MAX_DEPTH)) throw new TypeError(`it is nested deeper than ${MAX_DEPTH} levels`);
    return {
      value,
      syntax: 'cloudformation',
      locate: (path) => positionIn(text, findOffset(document, path)),
    };
  } catch (error) {
    // Deep nesting overflows the stack of the parser.
    const reason = error instanceof Error ? error.message.split('\n')[0] : undefined;
    throw unreadable(
      'YAML',
      error instanceof RangeError ? 'it is nested too deep' : (reason ?? ''),
      'cloudformation',
    );
  }
}

function findOffset(document: ReturnType<typeof parseDocument>, path: JsonPath): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
