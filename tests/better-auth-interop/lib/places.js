// Where a session or a verification stands, changed behind everybody's back: a row, an entry of the storage, or both.

import { moved } from "./moved.js";

export class Places {
  #rows;
  #store;

  constructor(rows, store) {
    this.#rows = rows;
    this.#store = store;
  }

  async moveEndOfSession({ token }, milliseconds) {
    const edit = (text) => {
      const { session, user } = JSON.parse(text);
      return { session: { ...session, expiresAt: later(session.expiresAt, milliseconds) }, user };
    };
    const places = [await this.#inRow("session", "token", token, milliseconds), await this.#inStore(token, edit)];
    if (!places.some(Boolean)) throw new Error("the session stands nowhere");
  }

  async moveEndOfVerification(identifier, milliseconds) {
    const edit = (text) => {
      const verification = JSON.parse(text);
      return { ...verification, expiresAt: later(verification.expiresAt, milliseconds) };
    };
    const inRow = await this.#inRow("verification", "identifier", identifier, milliseconds);
    const inStore = await this.#inStore(`verification:${identifier}`, edit);
    if (!inRow && !inStore) throw new Error(`the verification ${identifier} stands nowhere`);
  }

  /** Forgets a session, as if nobody had written it. */
  async forgetSession({ token }) {
    for (const { id } of await this.#rows.of("session", "token", token)) await this.#rows.remove("session", id.text);
    await this.#store?.remove(token);
  }

  async #inRow(model, field, value, milliseconds) {
    const rows = await this.#rows.of(model, field, value);
    for (const { id, expiresAt } of rows) {
      await this.#rows.set(model, id.text, "expiresAt", moved(expiresAt.text, milliseconds));
    }
    return rows.length > 0;
  }

  /** The entry holds on as long as before: what it says of its end must count. */
  async #inStore(key, edit) {
    const text = await this.#store?.text(key);
    if (text) await this.#store.change(key, JSON.stringify(edit(text)));
    return Boolean(text);
  }
}

function later(instant, milliseconds) {
  return new Date(Date.parse(instant) + milliseconds).toISOString();
}
