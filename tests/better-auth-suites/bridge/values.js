// The values of the protocol: JSON, and three one-key objects for what JSON lacks.

const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const hasMarkedKey = (value) => Object.keys(value).some((key) => key.startsWith("$"));

/** A value of Better Auth in the form that travels; undefined stays undefined. */
export function encode(value) {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : { $bigint: value.toString() };
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`${value} has no form in the protocol`);
  }
  if (typeof value === "function" || typeof value === "symbol") {
    throw new TypeError(`a ${typeof value} has no form in the protocol`);
  }
  // What JSON would make null in a list is null here too.
  if (Array.isArray(value)) return value.map((item) => encode(item) ?? null);
  if (!isPlain(value)) return value;
  if (hasMarkedKey(value)) return { $raw: value };
  return mapValues(value, encode);
}

/**
 * The content of a `json` field. It is a document, not a tree of values: a date in it is the
 * text that JSON makes of it, so that no child has to know dates inside documents.
 */
export function encodeJson(value) {
  return value === undefined ? undefined : encode(JSON.parse(JSON.stringify(value)));
}

export function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (!isPlain(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1) {
    if (keys[0] === "$date") return decodeDate(value.$date);
    if (keys[0] === "$bigint") return BigInt(value.$bigint);
    if (keys[0] === "$raw") return value.$raw;
  }
  return mapValues(value, decode);
}

function decodeDate(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new TypeError(`not a date: ${JSON.stringify(text)}`);
  return date;
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
