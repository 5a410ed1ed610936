import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "ends that session and no other": async (world) => {
    const first = await world.signedUp();
    const second = await world.signedInAgain(first);
    assert.deepEqual(data(await first.client.revokeSession({ token: second.token })), { status: true });
    assert.deepEqual(first.browser.last.setCookie, []);
    assert.equal(data(await second.client.getSession()), null);
    assert.equal(second.browser.received(SESSION_COOKIE).attributes["max-age"], "0");
    assert.equal(data(await first.client.listSessions()).length, 1);
  },

  "ends the own one and its cookie": async (world) => {
    const { browser, client, token } = await world.signedUp();
    data(await client.revokeSession({ token }));
    assert.equal(browser.received(SESSION_COOKIE).attributes["max-age"], "0");
    failed(await client.listSessions(), 401, "UNAUTHORIZED");
  },

  "answers alike to a stranger's token, and leaves that session": async (world) => {
    const one = await world.signedUp();
    const other = await world.signedUp();
    for (const token of [other.token, "no-such-token"])
      assert.deepEqual(data(await one.client.revokeSession({ token })), { status: true });
    assert.equal(data(await other.client.getSession()).session.token, other.token);
  },
};
