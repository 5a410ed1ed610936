// The provider's key. It outlives a run, because a server keeps the keys of its providers for a while.

import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The key of earlier runs, or a new one for this run and later ones. */
export function keptKey() {
  if (!existsSync(FILE)) keep(newKey());
  return createPrivateKey(readFileSync(FILE));
}

/** A key that nobody knows. */
export function newKey() {
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}

function keep(key) {
  const unfinished = `${FILE}.${process.pid}`;
  writeFileSync(unfinished, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  renameSync(unfinished, FILE);
}

const FILE = fileURLToPath(new URL("../.provider-key.pem", import.meta.url));
