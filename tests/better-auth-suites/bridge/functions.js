// Functions of an application cannot travel: they are evaluated here, the rest is the child's.

// Better Auth writes "the current time" as this one function. Only its text tells: calling an
// unknown function to see what it returns would have effects (a counter would count).
const CURRENT_TIME = /^\(\s*\)\s*=>\s*(?:\/\*[^*]*\*\/\s*)?new Date(?:\(\s*\))?$/;

/** How a `defaultValue` or `onUpdate` travels: as a `value`, as `now`, or `supplied` from here. */
export function travelsAs(source, attribute) {
  // The transform would have to run on what the child puts in.
  if (attribute.transform?.input) return "supplied";
  if (typeof source !== "function") return "value";
  const isCurrentTime = attribute.type === "date" && CURRENT_TIME.test(String(source).trim());
  return isCurrentTime ? "now" : "supplied";
}

const evaluate = (source) => (typeof source === "function" ? source() : source);

/** The value of one field in `create`; undefined leaves it to the child. */
export async function valueForCreate(value, attribute) {
  const { defaultValue, transform } = attribute;
  const takesDefault = value === undefined || (value === null && attribute.required !== false);
  const isSupplied = defaultValue !== undefined && travelsAs(defaultValue, attribute) === "supplied";
  const result = takesDefault && isSupplied ? evaluate(defaultValue) : value;
  return transform?.input ? transform.input(result) : result;
}

/** The value of one field in `update`, `updateMany` and `set`. */
export async function valueForUpdate(value, attribute) {
  const { onUpdate, transform } = attribute;
  let result = value;
  if (value === undefined) {
    if (onUpdate === undefined || travelsAs(onUpdate, attribute) !== "supplied") return undefined;
    result = evaluate(onUpdate);
  }
  return transform?.input ? transform.input(result) : result;
}

/** The id of a new row: given, made by the application's own generator, or the child's matter. */
export function idForCreate(given, model, options) {
  if (given !== undefined && given !== null) return String(given);
  const { generateId } = options.advanced?.database ?? {};
  if (typeof generateId !== "function") return undefined;
  const id = generateId({ model });
  // A generator may decline; the database numbers the row then.
  return id ? String(id) : undefined;
}
