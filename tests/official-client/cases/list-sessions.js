import assert from "node:assert/strict";
import { data, failed, keys, SESSION_KEYS } from "../lib/check.js";

export default {
  "shows both browsers": async (world) => {
    const first = await world.signedUp({ browser: world.browser("first/1.0") });
    const second = await world.signedInAgain(first, "second/1.0");
    const sessions = data(await first.client.listSessions());
    JSON.parse(first.browser.last.text).forEach((session) => keys(session, SESSION_KEYS));
    const seen = sessions.map(({ token, userAgent }) => `${token} ${userAgent}`).sort();
    assert.deepEqual(seen, [`${first.token} first/1.0`, `${second.token} second/1.0`].sort());
  },

  "shows nobody else's, and asks for a session": async (world) => {
    const someone = await world.signedUp();
    await world.signedUp();
    assert.equal(data(await someone.client.listSessions()).length, 1);
    failed(await world.browser().client.listSessions(), 401, "UNAUTHORIZED");
  },
};
