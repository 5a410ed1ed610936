import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";

export default {
  "tells right from wrong": async (world) => {
    const { client, password } = await world.signedUp();
    assert.deepEqual(data(await client.verifyPassword({ password })), { status: true });
    failed(await client.verifyPassword({ password: `${password}!` }), 400, "INVALID_PASSWORD");
    failed(await world.browser().client.verifyPassword({ password }), 401, "UNAUTHORIZED");
  },
};
