// The form of a stored value: what is left when everything that differs from one person to the next is taken out.

/**
 * Describes a row. `known` maps what is expected to differ to what it is: `{"ada@example.com": "email"}`; other values
 * stay as they are, unless they are random, encrypted, hashed or an instant, of which the length and the form stay.
 */
export function shapeOfRow(row, known) {
  const shape = ([field, stored]) => {
    const text = stored && (field === "id" ? shapeOfId(stored.text) : shapeOf(stored.text, known));
    return [field, stored && { ...stored, text }];
  };
  return Object.fromEntries(Object.entries(row).map(shape));
}

/** Describes a text by itself; the keys of JSON are sorted, since their order says nothing. */
export function shapeOfText(text, known) {
  const value = text.startsWith("[") ? JSON.parse(text) : objectIn(text);
  return value === undefined ? shapeOf(text, known) : shapeOfSorted(value, known);
}

function shapeOfSorted(value, known) {
  if (Array.isArray(value)) return value.map((item) => shapeOfSorted(item, known));
  if (value === null || typeof value !== "object") {
    const text = typeof value === "string" ? objectIn(value) : undefined;
    return text ? { "text of": shapeOfSorted(text, known) } : `${typeof value} ${shapeOf(String(value), known)}`;
  }
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, shapeOfSorted(item, known)]));
}

function shapeOfId(id) {
  if (/^[1-9]\d*$/.test(id)) return "<number>";
  return /^[A-Za-z0-9]{32}$/.test(id) ? "<32 letters and digits>" : shapeOf(id, {});
}

function shapeOf(text, known) {
  if (Object.hasOwn(known, text)) return `<${known[text]}>`;
  const object = objectIn(text);
  if (object) return shapeOfJson(object, known);
  for (const [pattern, form] of FORMS) if (pattern.test(text)) return form(text, known);
  return text;
}

/** A text of JSON: its keys in their order. */
function shapeOfJson(value, known) {
  if (Array.isArray(value)) return value.map((item) => shapeOfJson(item, known));
  if (value === null || typeof value !== "object") return `${typeof value} ${shapeOf(String(value), known)}`;
  return Object.entries(value).map(([key, item]) => [key, shapeOfJson(item, known)]);
}

function objectIn(text) {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const FORMS = [
  // PostgreSQL does not show the zeros at the end of a fraction; what is beyond milliseconds stays to be seen.
  [/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/, instant],
  [/^\d{10,}$/, (text) => `<${text.length} digits>`],
  [/^[0-9a-f]{8}-[0-9a-f]{4}-\d[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, (text) => `<UUID, version ${text[14]}>`],
  [/^[0-9a-f]{32}:[0-9a-f]{128}$/, () => "<scrypt>"],
  [/^\$ba\$\d+\$[0-9a-f]+$/, (text) => text.replace(/[0-9a-f]+$/, (digits) => `<${digits.length} hexadecimal digits>`)],
  [/^(?:[0-9a-f]{2}){24,}$/, (text) => `<${text.length} hexadecimal digits>`],
  [/^[\w-]+\.[\w-]+\.[\w-]+$/, (text) => `<JWT ${Buffer.from(text.split(".")[0], "base64url")}>`],
  [/^[\w-]{24,}$/, (text) => `<${text.length} random letters>`],
  [/^[a-z-]+:[\w-]{24,}$/, (text, known) => text.split(":").map((part) => shapeOf(part, known)).join(":")],
  [/^[a-z-]+-[\w]{24,}$/, (text) => text.replace(/\w{24,}$/, (random) => `<${random.length} random letters>`)],
];

function instant(text) {
  const [, seconds, fraction = "", zone] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text);
  return `${seconds.replaceAll(/\d/g, "0")}.000${fraction.slice(3)}${zone}`;
}
