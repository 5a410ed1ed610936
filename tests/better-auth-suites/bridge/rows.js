// Rows on their way in (`data`) and out (results).

import { fieldValue } from "./clauses.js";
import { idForCreate, valueForCreate, valueForUpdate } from "./functions.js";
import { decode } from "./values.js";

/** `data` of a `create`. Keys that are no fields of the model do not travel. */
export async function dataForCreate(schema, model, data, forceAllowId) {
  const id = idForCreate(forceAllowId ? data.id : undefined, model, schema.options);
  const result = id === undefined ? {} : { id };
  for (const [field, attribute] of schema.attributes(model)) {
    const value = await valueForCreate(data[field], attribute);
    if (value !== undefined) result[field] = fieldValue(schema, model, field, value);
  }
  return result;
}

/** `data` of an `update` or `updateMany`, `set` of an `incrementOne`. */
export async function dataForUpdate(schema, model, data) {
  const result = {};
  for (const [field, attribute] of schema.attributes(model)) {
    const value = await valueForUpdate(data[field], attribute);
    if (value !== undefined) result[field] = fieldValue(schema, model, field, value);
  }
  return result;
}

/** A row of a result as Better Auth expects it, with its joined rows. */
export async function rowFromResult(schema, model, result, { select, join = [] } = {}) {
  if (result === null) return null;
  const row = await plainRow(schema, model, decode(result), select);
  for (const { model: joined } of join) {
    const value = row[joined];
    row[joined] = Array.isArray(value)
      ? await Promise.all(value.map((item) => plainRow(schema, joined, item)))
      : value && (await plainRow(schema, joined, value));
  }
  return row;
}

async function plainRow(schema, model, row, select) {
  for (const [field, attribute] of schema.attributes(model)) {
    if (select && !select.includes(field)) continue;
    // The child may leave out a field that is null.
    row[field] ??= null;
    if (attribute.transform?.output) row[field] = await attribute.transform.output(row[field]);
  }
  return row;
}
