// The cookie that holds a session: its parts put together, what stands in it.

import { symmetricDecodeJWT } from "better-auth/crypto";

export const CACHE_COOKIE = "better-auth.session_data";

/** The whole value that a visitor has, whatever its parts. */
export function valueOf({ cookies }) {
  const parts = [...cookies].filter(([name]) => name === CACHE_COOKIE || name.startsWith(`${CACHE_COOKIE}.`));
  const number = ([name]) => Number(name.slice(CACHE_COOKIE.length + 1));
  return parts.sort((one, other) => number(one) - number(other)).map(([, value]) => value).join("");
}

/** What stands in it, whatever its strategy; the signature is not looked at. */
export async function contentOf(value, secret) {
  const segments = value.split(".");
  if (segments.length === 5) return { header: json(segments[0]), ...(await symmetricDecodeJWT(value, secret, SALT)) };
  return segments.length === 3 ? { header: json(segments[0]), ...json(segments[1]) } : json(value);
}

/** The value with another name of the user in it; of one that is encrypted, with another letter. */
export function changed(value) {
  const segments = value.split(".");
  const rename = (segment) => write(renamed(json(segment)));
  if (segments.length === 5) return value.replace(segments[3], segments[3].split("").reverse().join(""));
  if (segments.length === 3) return [segments[0], rename(segments[1]), segments[2]].join(".");
  return rename(value);
}

function renamed(content) {
  const payload = content.user ? content : content.session;
  payload.user.name = "Somebody else";
  return content;
}

function json(segment) {
  return JSON.parse(Buffer.from(segment, "base64url").toString("utf8"));
}

function write(content) {
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}

const SALT = "better-auth-session";
