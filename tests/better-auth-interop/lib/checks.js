// What the steps assert. A check that does not hold is kept, and the step goes on.

import { isDeepStrictEqual, inspect } from "node:util";

export class Checks {
  passed = 0;
  /** `{step, what, expected, found}`, or `{step, error}` of a step that could not go on. */
  failures = [];
  #step = "";

  /** Runs a step under its name. */
  async step(name, run) {
    this.#step = name;
    try {
      await run();
    } catch (error) {
      this.failures.push({ step: name, error });
    }
  }

  equal(what, found, expected) {
    if (isDeepStrictEqual(found, expected)) this.passed += 1;
    else this.failures.push({ step: this.#step, what, expected, found });
  }

  /** A call of the client that must have failed, with this status and code. */
  refused(what, { data, error }, status, code) {
    const found = data === null ? { status: error.status, code: error.code } : { succeeded: data };
    this.equal(what, found, { status, code });
  }
}

/** A failure as lines for people. */
export function told(place, { step, what, expected, found, error }) {
  if (error) return `FAIL ${place}: ${step}\n  ${error.stack ?? error}`;
  return `FAIL ${place}: ${step}: ${what}\n  expected ${shown(expected)}\n  found    ${shown(found)}`;
}

function shown(value) {
  return inspect(value, { depth: 8, breakLength: 160, compact: 8 });
}
