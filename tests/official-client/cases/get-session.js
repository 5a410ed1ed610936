import assert from "node:assert/strict";
import { data, keys, SESSION_KEYS, USER_KEYS } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "answers with session and user": async (world) => {
    const { browser, client, user, token, email } = await world.signedUp();
    const { session, user: same } = data(await client.getSession());
    const body = JSON.parse(browser.last.text);
    keys(body, ["session", "user"]);
    keys(body.session, SESSION_KEYS);
    keys(body.user, USER_KEYS);
    assert.equal(session.token, token);
    assert.equal(session.userId, user.id);
    assert.equal(session.userAgent, browser.userAgent);
    assert.equal(same.email, email);
    const days = (session.expiresAt - session.createdAt) / 86_400_000;
    assert.ok(Math.abs(days - 7) < 0.001, `expires in ${days} days`);
    assert.equal(browser.last.headers["cache-control"], "no-store");
    assert.deepEqual(browser.last.setCookie, []);
  },

  "answers null to a stranger": async (world) => {
    const browser = world.browser();
    assert.equal(data(await browser.client.getSession()), null);
    assert.equal(browser.last.status, 200);
    assert.equal(browser.last.text, "null");
  },

  "answers null to a cookie that somebody else has signed": async (world) => {
    const { browser, client, token } = await world.signedUp();
    browser.cookies.set(SESSION_COOKIE, encodeURIComponent(`${token}.${"A".repeat(43)}=`));
    assert.equal(data(await client.getSession()), null);
  },
};
