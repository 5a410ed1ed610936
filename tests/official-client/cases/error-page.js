import assert from "node:assert/strict";
import { redirected } from "../lib/check.js";

export default {
  "shows the code": async (world) => {
    await shows(world, "?error=state_mismatch", "state_mismatch");
  },

  "shows UNKNOWN for what is no code, and for nothing": async (world) => {
    await shows(world, `?error=${encodeURIComponent("<script>alert(1)</script>")}`, "UNKNOWN");
    await shows(world, "", "UNKNOWN");
  },
};

/** A page in development, the way to `/` in production. */
async function shows(world, query, code) {
  const answer = await world.browser().raw("GET", `/error${query}`);
  if (world.mode === "production") return redirected(answer, `/?error=${code}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-type"], /^text\/html/);
  assert.ok(answer.text.includes(code));
  assert.ok(!answer.text.includes("<script>alert(1)"));
}
