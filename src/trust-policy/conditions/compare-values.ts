import { BlockList, isIP } from 'node:net';
import type { Truth } from '../truth.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/**
 * Orders two decimal numbers: negative, 0 or positive; `undefined` when either is not a decimal number.
 * BigInt keeps the comparison exact: as floating point, two different IDs of 20 digits could be equal.
 */
export function compareDecimals(a: string, b: string): number | undefined {
  const [left, right] = [DECIMAL.exec(a), DECIMAL.exec(b)];
  if (left === null || right === null) return undefined;
  const decimalPlaces = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const toScaledInteger = ([, sign, whole = '', fraction = '']: RegExpExecArray) =>
    BigInt(whole + fraction.padEnd(decimalPlaces, '0')) * (sign === '-' ? -1n : 1n);
  const difference = toScaledInteger(left) - toScaledInteger(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A date or time in the W3C profile of ISO 8601, from a year to fractions of a second. */
const W3C_DATE_TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const EPOCH_SECONDS = /^\d{5,12}(?:\.\d+)?$/;

/** Orders two points in time, ignoring fractions of a second; `undefined` when either is not a date or time. */
export function compareDateTimes(a: string, b: string): number | undefined {
  const [left, right] = [toEpochSeconds(a), toEpochSeconds(b)];
  return left === undefined || right === undefined ? undefined : Math.sign(left - right);
}

function toEpochSeconds(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Math.floor(Number(text));
  const match = W3C_DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  const fields = [Number(year), month - 1, day, hour, minute, second] as const;
  const date = new Date(Date.UTC(...fields));
  const normalizedFields = [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  // Date.UTC turns February 30 into March 2; a date that does not exist is unsupported.
  if (normalizedFields.some((field, index) => field !== fields[index])) return undefined;
  return date.getTime() / 1000 - offsetSeconds(match[7]);
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

const PREFIX_LENGTH = /^\d{1,3}$/;

interface AddressRange {
  readonly address: string;
  readonly prefixLength: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Parses an IPv4 or IPv6 address or CIDR range; `undefined` when the text is neither. */
function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return undefined;
  const maxPrefixLength = family === 4 ? 32 : 128;
  if (prefix !== undefined && (!PREFIX_LENGTH.test(prefix) || Number(prefix) > maxPrefixLength))
    return undefined;
  const prefixLength = prefix === undefined ? maxPrefixLength : Number(prefix);
  return { address, prefixLength, family: family === 4 ? 'ipv4' : 'ipv6' };
}

/**
 * Creates a matcher for an address or range; `undefined` when the text is neither. The actual value may be a range as
 * well, if only the range of the address is known.
 */
export function addressRangeMatcher(text: string): ((actual: string) => Truth) | undefined {
  const range = parseAddressRange(text);
  if (range === undefined) return undefined;
  const matches = addressesIn(range);
  return (actual) => {
    const other = parseAddressRange(actual);
    if (other === undefined) return undefined;
    if (other.prefixLength >= range.prefixLength) return matches(other);
    return addressesIn(other)(range) ? 'unknown' : false;
  };
}

function addressesIn({ address, prefixLength, family }: AddressRange): (other: AddressRange) => boolean {
  const list = new BlockList();
  list.addSubnet(address, prefixLength, family);
  return (other) => list.check(other.address, other.family);
}

/** Decodes base64; `undefined` when the text is not base64, which `Buffer.from` does not report. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Parses "true" or "false" without regard to case, as IAM does. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}
