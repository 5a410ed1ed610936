// The parts of a query, from the forms that Better Auth accepts to the one that travels.

import { encode, encodeJson } from "./values.js";

/** A value for a field: ids as strings, documents as JSON, the rest by its own type. */
export function fieldValue(schema, model, field, value) {
  if (value === undefined || value === null) return value;
  if (schema.holdsId(model, field)) return Array.isArray(value) ? value.map(asId) : asId(value);
  return schema.described(model, field).type === "json" ? encodeJson(value) : encode(value);
}

// Under numbered ids the suites themselves turn ids into numbers.
const asId = (value) => (value === null ? null : String(value));

export function whereClauses(schema, model, where) {
  return (where ?? []).map((clause) => {
    const field = schema.field(model, clause.field);
    if (clause.value === undefined) {
      // As null it would mean IS NULL and could match every row.
      throw new TypeError(`where: the value of ${model}.${field} is undefined`);
    }
    return {
      field,
      operator: clause.operator ?? "eq",
      value: fieldValue(schema, model, field, clause.value),
      connector: clause.connector ?? "AND",
      mode: clause.mode ?? "sensitive",
    };
  });
}

export function sortClause(schema, model, sortBy) {
  if (!sortBy) return undefined;
  return { field: schema.field(model, sortBy.field), direction: sortBy.direction ?? "asc" };
}

/**
 * Joins by foreign key, and the selection with the fields that the joins compare.
 * The key is looked for in the joined model first, then in the base.
 */
export function joinClauses(schema, base, join, select) {
  const joins = Object.entries(join ?? {})
    .filter(([, wanted]) => wanted)
    .map(([name, wanted]) => joinClause(schema, base, schema.model(name), wanted));
  const selected = select?.length ? select.map((field) => schema.field(base, field)) : undefined;
  return {
    join: joins.length > 0 ? joins : undefined,
    select: selected && [...new Set([...selected, ...joins.map(({ from }) => from)])],
  };
}

function joinClause(schema, base, model, wanted) {
  const forward = foreignKeys(schema, model, base);
  const keys = forward.length > 0 ? forward : foreignKeys(schema, base, model);
  if (keys.length !== 1) {
    throw new Error(`join: ${keys.length} foreign keys between ${base} and ${model}, not one`);
  }
  const [{ field, target, unique }] = keys;
  const [from, to] = forward.length > 0 ? [target, field] : [field, target];
  const isSingle = to === "id" || unique;
  const limit = typeof wanted.limit === "number" ? wanted.limit : schema.defaultLimit;
  return {
    model,
    from,
    to,
    relation: isSingle ? "one-to-one" : "one-to-many",
    limit: isSingle ? 1 : limit,
  };
}

function foreignKeys(schema, from, to) {
  return Object.entries(schema.description.models[from].fields)
    .filter(([, { references }]) => references?.model === to)
    .map(([field, { references, unique }]) => ({ field, target: references.field, unique }));
}
