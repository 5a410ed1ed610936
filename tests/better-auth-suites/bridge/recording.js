// The lines of a run in two files, so that a child can be debugged without the suites.

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

export class Recording {
  #files = null;

  /** With no folder nothing is recorded. */
  constructor(folder) {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    const open = (file) => openSync(join(folder, file), "w");
    this.#files = { requests: open("requests.log"), responses: open("responses.log") };
  }

  request(line) {
    if (this.#files) writeSync(this.#files.requests, `${line}\n`);
  }

  response(line) {
    if (this.#files) writeSync(this.#files.responses, `${line}\n`);
  }

  close() {
    if (!this.#files) return;
    for (const file of Object.values(this.#files)) closeSync(file);
    this.#files = null;
  }
}
