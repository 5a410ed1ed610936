// What cases assert, beyond `node:assert`.

import assert from "node:assert/strict";

export const USER_KEYS = ["createdAt", "email", "emailVerified", "id", "image", "name", "updatedAt"];
export const SESSION_KEYS = ["createdAt", "expiresAt", "id", "ipAddress", "token", "updatedAt", "userAgent", "userId"];

/** The data of a call of the client that must have succeeded. */
export function data(result) {
  assert.equal(result.error, null, `unexpected error ${JSON.stringify(result.error)}`);
  return result.data;
}

/** A call of the client that must have failed, with this status and code (`undefined`: without one). */
export function failed(result, status, code) {
  assert.equal(result.data, null, `unexpected success ${JSON.stringify(result.data)}`);
  assert.deepEqual({ status: result.error.status, code: result.error.code }, { status, code });
}

/** A raw answer that is an error body with this status and code. */
export function refused(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  const body = JSON.parse(answer.text);
  assert.equal(body.code, code, answer.text);
  assert.equal(typeof body.message, "string");
}

/** A raw answer that redirects to exactly this place. */
export function redirected(answer, location) {
  assert.equal(answer.status, 302, answer.text);
  assert.equal(answer.headers.location, location);
  assert.equal(answer.text, "");
}

/** A raw answer that redirects there with `?error=` of this code. */
export function redirectedWithError(answer, place, code) {
  assert.equal(answer.status, 302, answer.text);
  const location = new URL(answer.headers.location, "http://relative.invalid");
  const expected = new URL(place, "http://relative.invalid");
  assert.equal(location.origin + location.pathname, expected.origin + expected.pathname, answer.headers.location);
  assert.equal(location.searchParams.get("error"), code, answer.headers.location);
  return location.searchParams;
}

/** An object with exactly these keys. */
export function keys(value, expected) {
  assert.deepEqual(Object.keys(value).sort(), [...expected].sort());
}
