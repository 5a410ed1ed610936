import assert from "node:assert/strict";
import { data } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "false: cookies without an age, a session of a day": async (world) => {
    const { email, password } = await world.signedUp();
    const browser = world.browser();
    data(await browser.client.signIn.email({ email, password, rememberMe: false }));
    const forThisVisit = { path: "/", httponly: true, samesite: "Lax" };
    assert.deepEqual(browser.received(SESSION_COOKIE).attributes, forThisVisit);
    assert.deepEqual(browser.received("better-auth.dont_remember").attributes, forThisVisit);
    assert.match(decodeURIComponent(browser.received("better-auth.dont_remember").value), /^true\./);
    const { session } = data(await browser.client.getSession());
    const hours = (session.expiresAt - session.createdAt) / 3_600_000;
    assert.ok(Math.abs(hours - 24) < 0.01, `expires in ${hours} hours`);
  },

  "false stays so when the cookie is set again": async (world) => {
    const { email, password } = await world.signedUp();
    const browser = world.browser();
    data(await browser.client.signIn.email({ email, password, rememberMe: false }));
    data(await browser.client.updateUser({ name: "Countess" }));
    assert.equal(browser.received(SESSION_COOKIE).attributes["max-age"], undefined);
  },
};
