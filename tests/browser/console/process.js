// The console as a process, and the command beside it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { required } from "../browser.js";

/** Starts a console. Its first device is let in by the printed address, the others by the same cookie. */
export async function startConsole() {
  const child = spawn(required("AUTH"), ["console", ...unwell, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const entry = await printed(child);
  return {
    entry,
    origin: new URL(entry).origin,
    at: (page) => new URL(page, entry).href,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      return (await ended)[0];
    },
  };
}

async function printed(child) {
  let text = "";
  for await (const piece of child.stdout) {
    text += piece;
    if (text.includes("}")) return JSON.parse(text).url;
  }
  throw new Error(`the console ended at once: ${text}`);
}

/** What is to be examined: with a Redis that does not answer there is always something to find. */
export const unwell = ["--redis-url", "redis://127.0.0.1:1"];

/** Runs `auth` and gives its answer. The doctor exits with 3 to 5 when it has found something. */
export async function auth(...words) {
  const ran = promisify(execFile)(required("AUTH"), [...words, "--json"]);
  const { stdout } = await ran.catch((error) => {
    if (words[0] === "doctor" && [3, 4, 5].includes(error.code)) return error;
    throw error;
  });
  return JSON.parse(stdout);
}
