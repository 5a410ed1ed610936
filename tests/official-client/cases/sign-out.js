import assert from "node:assert/strict";
import { data } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "ends the session and expires the cookies": async (world) => {
    const { browser, client } = await world.signedUp();
    const stolen = browser.cookies.get(SESSION_COOKIE);
    assert.deepEqual(data(await client.signOut()), { success: true });
    const { value, attributes } = browser.received(SESSION_COOKIE);
    assert.equal(value, "");
    assert.deepEqual(attributes, { "max-age": "0", path: "/", httponly: true, samesite: "Lax" });
    browser.cookies.set(SESSION_COOKIE, stolen);
    assert.equal(data(await client.getSession()), null);
  },

  "leaves the other browser": async (world) => {
    const first = await world.signedUp();
    const second = await world.signedInAgain(first);
    data(await first.client.signOut());
    assert.equal(data(await second.client.getSession()).session.token, second.token);
  },

  "works without a session": async (world) => {
    assert.deepEqual(data(await world.browser().client.signOut()), { success: true });
  },
};
