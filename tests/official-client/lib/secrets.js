// Collects every secret that passes by, so that the server's log can be searched for them afterwards.

import { writeFileSync } from "node:fs";

const secrets = new Set();

/** Notes the cookies, and the tokens and passwords in bodies and addresses, of one exchange. */
export function note(url, { headers = {}, body }, { setCookie, headers: answered, text }) {
  for (const line of [headers.cookie ?? "", ...setCookie]) noteCookies(line);
  for (const address of [url, answered.location]) noteParameters(address);
  for (const json of [body, text]) noteFields(parsed(json));
}

/** Writes them, one on each line. */
export function write(file) {
  writeFileSync(file, [...secrets].join("\n"));
}

function noteCookies(line) {
  for (const [, value] of line.matchAll(/better-auth\.[^=]+=([^;\s]*)/g)) {
    add(value);
    const decoded = decodeURIComponent(value);
    add(decoded);
    // The token without its signature.
    add(decoded.slice(0, decoded.lastIndexOf(".")));
  }
}

function noteParameters(address) {
  if (address === undefined) return;
  for (const [name, value] of new URL(address, "http://localhost").searchParams) if (NAMES.has(name)) add(value);
}

function noteFields(value) {
  if (value === null || typeof value !== "object") return;
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === "string" && NAMES.has(name)) add(field);
    else noteFields(field);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function add(secret) {
  // Short ones, such as a wrong token that a case invents, occur by chance.
  if (secret.length >= 12) secrets.add(secret);
}

const NAMES = new Set([
  "token", "password", "newPassword", "currentPassword", "accessToken", "refreshToken", "idToken", "code", "state",
]);
