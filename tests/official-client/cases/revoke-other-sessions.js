import assert from "node:assert/strict";
import { data } from "../lib/check.js";

export default {
  "leaves the current one": async (world) => {
    const first = await world.signedUp();
    const others = [await world.signedInAgain(first), await world.signedInAgain(first)];
    assert.deepEqual(data(await first.client.revokeOtherSessions()), { status: true });
    for (const other of others) assert.equal(data(await other.client.getSession()), null);
    assert.deepEqual(data(await first.client.listSessions()).map(({ token }) => token), [first.token]);
  },
};
