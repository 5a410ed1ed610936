// The two sides of a run. Both answer for the same public address, as behind one proxy.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../official-client/lib/child.js";
import { request } from "../../official-client/lib/http.js";
import { Outbox } from "../../official-client/lib/outbox.js";

/** `auth-server`, which runs already. */
export async function authServer({ SERVER_URL, MAIL_FILE }) {
  await answers(SERVER_URL);
  return { name: "auth-server", url: SERVER_URL, outbox: new Outbox(MAIL_FILE) };
}

/** Better Auth in a process of its own, with its mails in a folder; `stop()` ends it. */
export async function betterAuth(folder) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const mailFile = join(folder, "mails.jsonl");
  const env = { ...process.env, ...ELSEWHERE, ORIGINAL_URL: url, ORIGINAL_MAIL_FILE: mailFile };
  const script = fileURLToPath(new URL("../original.js", import.meta.url));
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "inherit", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  if (process.env.ORIGINAL_LOG) child.stderr.pipe(process.stderr);
  const stop = () => child.kill();
  try {
    await answers(url, child);
  } catch (error) {
    stop();
    throw new Error(`${error.message}\n${complaints}`);
  }
  return { name: "Better Auth", url, outbox: new Outbox(mailFile), stop };
}

async function answers(url, child) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && (child?.exitCode ?? null) === null) {
    const answer = await request(`${url}/api/auth/ok`).catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(30);
  }
  throw new Error(`${url}/api/auth/ok did not answer 200`);
}

// Only in development does it take a client's address to be this machine's when no proxy has said another. Instants
// must not depend on where a process believes to be.
const ELSEWHERE = { NODE_ENV: "development", TZ: "America/New_York" };
const PATIENCE_MS = 20_000;
