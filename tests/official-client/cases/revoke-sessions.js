import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "ends all of them": async (world) => {
    const first = await world.signedUp();
    const second = await world.signedInAgain(first);
    assert.deepEqual(data(await first.client.revokeSessions()), { status: true });
    assert.equal(first.browser.received(SESSION_COOKIE).attributes["max-age"], "0");
    for (const { client } of [first, second]) assert.equal(data(await client.getSession()), null);
    failed(await first.client.revokeSessions(), 401, "UNAUTHORIZED");
  },
};
