// The file to which the server appends one JSON line per mail.

import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

export class Outbox {
  #taken = new Map();

  constructor(file) {
    this.file = file;
  }

  /** The next mail of that kind to that address that no earlier call has taken. */
  async next(kind, to) {
    const key = `${kind} ${to}`;
    const position = this.#taken.get(key) ?? 0;
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      const mail = this.#all(kind, to)[position];
      if (mail) {
        this.#taken.set(key, position + 1);
        return mail;
      }
      await pause(POLL_MS);
    }
    throw new Error(`no mail ${kind} to ${to} (number ${position + 1}) in ${PATIENCE_MS} ms`);
  }

  /** How many mails of that kind went to that address so far. */
  count(kind, to) {
    return this.#all(kind, to).length;
  }

  #all(kind, to) {
    return this.#lines().filter((mail) => mail.kind === kind && mail.to === to);
  }

  #lines() {
    let text = "";
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    // What follows the last line break may be half a line.
    return text.split("\n").slice(0, -1).filter(Boolean).map((line) => JSON.parse(line));
  }
}

const PATIENCE_MS = 5000;
const POLL_MS = 20;
