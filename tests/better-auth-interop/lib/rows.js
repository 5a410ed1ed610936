// The rows as they stand in the tables, by the names that Better Auth gives their fields.

import { FIELDS } from "../flavours/names.js";

export class Rows {
  #connection;
  #names;

  constructor({ engine, url, flavour }) {
    this.#connection = engine.connect(url);
    this.#names = flavour.names;
  }

  /** The rows of a model whose field has this value: `{field: null | {text, type?}}`. */
  async of(model, field, value) {
    const rows = await this.#connection.rows(this.#names.table(model), this.#names.column(field), value);
    const fields = new Map(["id", ...FIELDS[model]].map((name) => [this.#names.column(name), name]));
    return rows.map((row) => Object.fromEntries(row.map(([column, stored]) => [fields.get(column) ?? column, stored])));
  }

  /** The only row of a model whose field has this value. */
  async one(model, field, value) {
    const rows = await this.of(model, field, value);
    if (rows.length !== 1) throw new Error(`${rows.length} rows of ${model} with ${field} = ${value}, not one`);
    return rows[0];
  }

  /** Writes the text of a value. */
  set(model, id, field, text) {
    return this.#connection.set(this.#names.table(model), id, this.#names.column(field), text);
  }

  /** Deletes a row. */
  remove(model, id) {
    return this.#connection.remove(this.#names.table(model), id);
  }

  end() {
    return this.#connection.end();
  }
}
