// A child process behind JSON lines: requests out, responses in, matched by their ids.

import { spawn } from "node:child_process";
import { Recording } from "./recording.js";

/** How long requests may be open without a single response before the child counts as hung. */
const SILENCE_MS = 20_000;
/** How long the child may take to end once its standard input has ended. */
const ENDING_MS = 3_000;

/** A failure that the child reported for one request. */
export class ChildError extends Error {
  constructor(op, error) {
    super(`${op}: ${error.message}`);
    this.name = "ChildError";
    this.code = error.code;
  }
}

export class Connection {
  #child;
  #exited;
  #recording;
  #open = new Map();
  #nextId = 1;
  #failure = null;
  #closing = false;
  #rest = "";
  #silence = null;

  constructor({ command, args, recordFolder }) {
    this.#recording = new Recording(recordFolder);
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
      this.#child.once("error", (error) => resolve({ code: null, signal: null, error }));
    });
    this.#exited.then((end) => {
      if (!this.#closing) this.#fail(`the child ended (${describeEnd(end)})`);
    });
    // A write to an ended child fails here; that it ended is the message worth showing.
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.setEncoding("utf8");
    this.#child.stdout.on("data", (text) => this.#read(text));
    process.once("exit", () => this.#child.kill());
  }

  /** Why no request can succeed any more, or null. */
  get failure() {
    return this.#failure;
  }

  /** Sends one request; the promise settles with its response. Any number may be open. */
  request(op, parameters = {}) {
    if (this.#failure) return Promise.reject(new Error(`${op}: ${this.#failure}`));
    if (this.#closing) return Promise.reject(new Error(`${op}: the connection is closed`));
    const id = this.#nextId++;
    const line = JSON.stringify({ id, op, ...parameters });
    return new Promise((resolve, reject) => {
      this.#open.set(id, { op, resolve, reject });
      this.#watchSilence();
      this.#recording.request(line);
      this.#child.stdin.write(`${line}\n`);
    });
  }

  /** Ends the child's input and waits for it to end with status 0. */
  async close() {
    this.#closing = true;
    this.#child.stdin.end();
    const stop = setTimeout(() => this.#child.kill(), ENDING_MS);
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), ENDING_MS + 2_000);
    const end = await this.#exited;
    clearTimeout(stop);
    clearTimeout(kill);
    this.#recording.close();
    if (end.code !== 0) {
      this.#fail(`the child did not end with status 0 (${describeEnd(end)})`);
    } else if (this.#open.size > 0) {
      this.#fail("the child ended without answering");
    }
    if (this.#failure) throw new Error(this.#failure);
  }

  // Not readline: it also breaks lines at U+2028, which may stand inside a JSON string.
  #read(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    for (const line of lines) {
      if (this.#failure) return;
      this.#recording.response(line);
      this.#settle(line);
    }
  }

  #settle(line) {
    let response;
    try {
      response = JSON.parse(line);
    } catch {
      return this.#fail(`not a JSON line from the child: ${line.slice(0, 200)}`);
    }
    const request = this.#open.get(response?.id);
    if (!request) return this.#fail(`a response to no open request: ${line.slice(0, 200)}`);
    const problem = malformed(response);
    if (problem) return this.#fail(`${problem}: ${line.slice(0, 200)}`);
    this.#open.delete(response.id);
    this.#watchSilence();
    if (response.ok) request.resolve(response.result);
    else request.reject(new ChildError(request.op, response.error));
  }

  #watchSilence() {
    clearTimeout(this.#silence);
    if (this.#open.size === 0) return;
    this.#silence = setTimeout(() => {
      this.#fail(`no response for ${SILENCE_MS / 1000} s, ${this.#open.size} requests open`);
    }, SILENCE_MS);
  }

  /** The connection is of no use any more: the open requests fail now, the later ones at once. */
  #fail(reason) {
    this.#failure ??= reason;
    clearTimeout(this.#silence);
    for (const { op, reject } of this.#open.values()) reject(new Error(`${op}: ${reason}`));
    this.#open.clear();
  }
}

function malformed({ ok, error, ...rest }) {
  if (ok === true) return "result" in rest ? null : "a response without a result";
  if (ok !== false) return "a response that is neither ok nor not";
  const isText = typeof error?.message === "string" && error.message !== "";
  return isText ? null : "a failure without a message";
}

function describeEnd({ code, signal, error }) {
  if (error) return error.message;
  return signal ? `signal ${signal}` : `status ${code}`;
}
