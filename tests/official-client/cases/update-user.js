import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";
import { SESSION_COOKIE } from "../lib/browser.js";

export default {
  "changes name and picture": async (world) => {
    const { browser, client } = await world.signedUp();
    const change = { name: "Countess", image: "https://example.com/c.png" };
    assert.deepEqual(data(await client.updateUser(change)), { status: true });
    assert.ok(browser.received(SESSION_COOKIE));
    const { user } = data(await client.getSession());
    assert.deepEqual([user.name, user.image], ["Countess", "https://example.com/c.png"]);
    assert.ok(user.updatedAt >= user.createdAt);
  },

  "takes the picture away with null, and leaves the name": async (world) => {
    const { client, name } = await world.signedUp();
    data(await client.updateUser({ image: "https://example.com/c.png" }));
    data(await client.updateUser({ image: null }));
    const { user } = data(await client.getSession());
    assert.deepEqual([user.name, user.image], [name, null]);
  },

  "refuses the e-mail address, and nothing at all": async (world) => {
    const { client } = await world.signedUp();
    failed(await client.updateUser({ email: "new@example.com" }), 400, "EMAIL_CAN_NOT_BE_UPDATED");
    const nothing = await client.$fetch("/update-user", { method: "POST", body: {} });
    failed(nothing, 400, undefined);
    assert.equal(nothing.error.message, "No fields to update");
  },

  "asks for a session": async (world) => {
    failed(await world.browser().client.updateUser({ name: "Nobody" }), 401, "UNAUTHORIZED");
  },
};
