// The environment of a run: where the server is, where its mails go, where the provider has to listen.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startProvider } from "../provider.js";
import { freePort, startOriginal } from "./child.js";
import { request } from "./http.js";

const MODES = ["development", "production"];

/** A server that runs already; it may have tried to reach the provider before, in vain. */
export async function given(env) {
  const missing = ["SERVER_URL", "MAIL_FILE", "PROVIDER_PORT"].filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`not set: ${missing.join(", ")}`);
  const discoveryFailures = Number(env.DISCOVERY_FAILURES ?? 1);
  const provider = await startProvider(Number(env.PROVIDER_PORT), { discoveryFailures });
  const stop = () => provider.close();
  return ready({ serverUrl: env.SERVER_URL, mailFile: env.MAIL_FILE, provider, mode: mode(env), stop });
}

/** The original server, which finds the discovery document missing when it starts. */
export async function original(env) {
  const folder = mkdtempSync(join(tmpdir(), "official-client-"));
  const providerPort = await freePort();
  const provider = await startProvider(providerPort, { discoveryFailures: 2 });
  const serverUrl = `http://127.0.0.1:${await freePort()}`;
  const mailFile = join(folder, "mails.jsonl");
  const server = startOriginal({
    SERVER_URL: serverUrl,
    MAIL_FILE: mailFile,
    PROVIDER_PORT: String(providerPort),
    NODE_ENV: mode(env),
  });
  const stop = () => {
    server.stop();
    provider.close();
    rmSync(folder, { recursive: true });
  };
  return ready({ serverUrl, mailFile, provider, mode: mode(env), stop });
}

async function ready(environment) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const answer = await request(`${environment.serverUrl}/api/auth/ok`).catch(() => undefined);
    if (answer?.status === 200) return environment;
    await pause(50);
  }
  environment.stop();
  throw new Error(`${environment.serverUrl}/api/auth/ok did not answer 200 in ${PATIENCE_MS} ms`);
}

function mode({ SERVER_MODE: given = "development" }) {
  if (!MODES.includes(given)) throw new Error(`SERVER_MODE is ${given}, not one of ${MODES.join(", ")}`);
  return given;
}

const PATIENCE_MS = 20_000;
