import assert from "node:assert/strict";
import { data } from "../lib/check.js";

export default {
  "answers ok": async (world) => {
    assert.deepEqual(data(await world.browser().client.ok()), { ok: true });
  },
};
