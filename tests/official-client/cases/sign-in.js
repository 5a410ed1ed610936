import assert from "node:assert/strict";
import { data, failed, keys, USER_KEYS } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "gives a session for the right password": async (world) => {
    const { email, password, user } = await world.signedUp();
    const browser = world.browser();
    data(await browser.client.signIn.email({ email: email.toUpperCase(), password }));
    const body = JSON.parse(browser.last.text);
    keys(body, ["redirect", "token", "user"]);
    keys(body.user, USER_KEYS);
    assert.equal(body.redirect, false);
    assert.equal(body.user.id, user.id);
    assert.equal(browser.received(SESSION_COOKIE).attributes["max-age"], "604800");
    assert.equal(data(await browser.client.getSession()).session.token, body.token);
  },

  "tells where to go on": async (world) => {
    const { email, password } = await world.signedUp();
    const browser = world.browser();
    const { redirect, url } = data(await browser.client.signIn.email({ email, password, callbackURL: "/home" }));
    assert.deepEqual({ redirect, url }, { redirect: true, url: "/home" });
    assert.equal(browser.last.status, 200);
    assert.equal(browser.last.headers.location, "/home");
  },

  "takes a form": async (world) => {
    const { email, password, user } = await world.signedUp();
    const browser = world.browser();
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: world.origin };
    const body = new URLSearchParams({ email, password }).toString();
    assert.equal((await browser.raw("POST", "/sign-in/email", { body, headers })).status, 200);
    assert.equal(data(await browser.client.getSession()).user.id, user.id);
  },

  "refuses a wrong password and an unknown address alike": async (world) => {
    const { email, password } = await world.signedUp();
    const stranger = world.person();
    const texts = [];
    for (const body of [{ email, password: `${password}!` }, { email: stranger.email, password }]) {
      const browser = world.browser();
      failed(await browser.client.signIn.email(body), 401, "INVALID_EMAIL_OR_PASSWORD");
      assert.deepEqual(browser.last.setCookie, []);
      texts.push(browser.last.text);
    }
    assert.equal(texts[0], texts[1]);
  },
};
