import { BlockList, isIP } from 'node:net';
import type { Test } from './compare.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/**
 * Orders two decimal numbers: negative, 0 or positive; `undefined` when either is none.
 * Exact at any length: as floating point, two IDs of 20 digits could be taken for the same.
 */
export function compareDecimals(a: string, b: string): number | undefined {
  const [left, right] = [DECIMAL.exec(a), DECIMAL.exec(b)];
  if (left === null || right === null) return undefined;
  const places = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const scaled = ([, sign, whole = '', fraction = '']: RegExpExecArray) =>
    BigInt(whole + fraction.padEnd(places, '0')) * (sign === '-' ? -1n : 1n);
  const difference = scaled(left) - scaled(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Date and time as in W3C's note on ISO 8601, from the year alone down to fractions of a second. */
const INSTANT = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const EPOCH_SECONDS = /^\d{5,12}(?:\.\d+)?$/;

/** Orders two points in time by the second; `undefined` when either is none. */
export function compareInstants(a: string, b: string): number | undefined {
  const [left, right] = [epochSeconds(a), epochSeconds(b)];
  return left === undefined || right === undefined ? undefined : Math.sign(left - right);
}

function epochSeconds(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Math.floor(Number(text));
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  const fields = [Number(year), month - 1, day, hour, minute, second] as const;
  const date = new Date(Date.UTC(...fields));
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  // Date.UTC makes March 2 of February 30; a date that does not exist is not understood.
  if (read.some((field, index) => field !== fields[index])) return undefined;
  return date.getTime() / 1000 - offsetSeconds(match[7]);
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

const PREFIX = /^\d{1,3}$/;

/** A test for an address or a CIDR range of either family; `undefined` when the text is neither. */
export function inAddressRange(text: string): Test | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return undefined;
  const bits = family === 4 ? 32 : 128;
  if (prefix !== undefined && (!PREFIX.test(prefix) || Number(prefix) > bits)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix === undefined ? bits : Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return (actual) => {
    const actualFamily = isIP(actual);
    return actualFamily === 0 ? undefined : range.check(actual, actualFamily === 4 ? 'ipv4' : 'ipv6');
  };
}

/** The bytes of a base64 text; `undefined` when it is none, which Buffer.from would not tell. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
