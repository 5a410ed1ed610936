// What `configure` says about an application: its tables, names and options.

import { getAuthTables } from "@better-auth/core/db";
import { initGetDefaultFieldName, initGetDefaultModelName } from "@better-auth/core/db/adapter";
import { travelsAs } from "./functions.js";
import { encode } from "./values.js";

const DEFAULT_LIMIT = 100;

/**
 * The schema of one set of options. `model` and `field` turn whatever name Better Auth uses
 * (logical, physical or plural) into the logical one, `attributes` are Better Auth's own.
 */
export class Schema {
  #tables;

  constructor(options, usePlural) {
    const tables = getAuthTables(options);
    this.#tables = tables;
    this.options = options;
    this.model = initGetDefaultModelName({ schema: tables, usePlural });
    const fieldOf = initGetDefaultFieldName({ schema: tables, usePlural });
    this.field = (model, field) => fieldOf({ model, field });
    this.joins = options.advanced?.database?.joins === true;
    this.defaultLimit = options.advanced?.database?.defaultFindManyLimit ?? DEFAULT_LIMIT;
    this.description = {
      models: mapEntries(tables, (table) => this.#describeTable(table, usePlural)),
      ids: idStrategy(options.advanced?.database?.generateId),
      joins: this.joins,
      defaultLimit: this.defaultLimit,
    };
    /** Two schemas with the same text need no `configure` in between. */
    this.text = JSON.stringify(this.description);
  }

  /** `[field, attribute]` of every field of a model, without `id`. */
  attributes(model) {
    return Object.entries(this.#tables[model].fields).filter(([field]) => field !== "id");
  }

  /** Whether a field holds ids, which are strings wherever they travel. */
  holdsId(model, field) {
    return field === "id" || this.described(model, field).references?.field === "id";
  }

  described(model, field) {
    return this.description.models[model].fields[field];
  }

  #describeTable(table, usePlural) {
    const fields = Object.entries(table.fields).filter(([field]) => field !== "id");
    return {
      table: usePlural ? `${table.modelName}s` : table.modelName,
      fields: Object.fromEntries(
        fields.map(([field, attribute]) => [field, this.#describeField(field, attribute)]),
      ),
      indexes: table.indexes?.length ? table.indexes.map(describeIndex) : undefined,
    };
  }

  #describeField(field, attribute) {
    const { type, references, defaultValue, onUpdate } = attribute;
    const isChoice = Array.isArray(type);
    return {
      column: attribute.fieldName || field,
      type: isChoice ? "string" : type,
      oneOf: isChoice ? type : undefined,
      // Fields are required unless they say otherwise, as in Better Auth's own migrations.
      required: attribute.required !== false,
      unique: attribute.unique === true,
      index: attribute.index === true || undefined,
      bigint: attribute.bigint === true || undefined,
      references: references && this.#describeReference(references),
      default: describeSource(defaultValue, attribute),
      onUpdate: describeSource(onUpdate, attribute),
    };
  }

  #describeReference({ model, field, onDelete }) {
    const target = this.model(model);
    // Better Auth's migrations cascade unless told otherwise; said here, so that no child guesses.
    return { model: target, field: this.field(target, field), onDelete: onDelete ?? "cascade" };
  }
}

function describeIndex({ fields, unique, name }) {
  return { fields, unique: unique === true, name };
}

function describeSource(source, attribute) {
  if (source === undefined) return undefined;
  const kind = travelsAs(source, attribute);
  return { [kind]: kind === "value" ? encode(source) : true };
}

function idStrategy(generateId) {
  if (typeof generateId === "function") return "supplied";
  if (generateId === false) return "database";
  return generateId === "uuid" || generateId === "serial" ? generateId : "random";
}

function mapEntries(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
