// Compares the rows that both sides have written for the same: what Better Auth has written is what is expected.

import { isDeepStrictEqual } from "node:util";
import { shapeOfRow } from "./shape.js";

export class SameRows {
  #before = new Map();

  /** `known` is, for each side, what is expected to differ from the other: `{"ada@example.com": "email"}`. */
  constructor(world, known) {
    this.checks = world.checks;
    this.rows = world.rows;
    this.known = known;
  }

  /** Compares the row of a model whose field has the value, for each side: columns, lifetime, what has changed. */
  async compare(what, model, field, values) {
    const rows = [];
    for (const value of values) rows.push(await this.rows.one(model, field, value));
    this.compareRows(`${what}: ${model}`, rows);
    const before = this.#before.get(model);
    if (before) this.#equal(`${what}: ${model}: what has changed`, rows.map((row, at) => changed(before[at], row)));
    this.#before.set(model, rows);
  }

  compareRows(what, rows) {
    const [expected, found] = rows.map((row, at) => shapeOfRow(row, this.known[at]));
    const columns = new Set([...Object.keys(expected), ...Object.keys(found)]);
    for (const column of columns) this.#equal(`${what}.${column}`, [expected[column], found[column]]);
    if (rows[0].expiresAt) this.#equal(`${what}: seconds that it holds`, rows.map(lifetime));
  }

  #equal(what, [expected, found]) {
    this.checks.equal(what, found, expected);
  }
}

function changed(before, after) {
  return Object.keys(after).filter((field) => !isDeepStrictEqual(before[field], after[field]));
}

/** From the last change to the expiry, without what the way to the database has cost. */
function lifetime({ updatedAt, expiresAt }) {
  const [from, until] = [updatedAt, expiresAt].map(({ text }) => milliseconds(text));
  return Math.round((until - from) / 10_000) * 10;
}

function milliseconds(text) {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`);
}
