import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";
import { arrived, link } from "../lib/social.js";

export default {
  "takes one of two away": async (world) => {
    const { browser, client, email } = await world.signedUp();
    const { id } = world.person();
    await link(world, browser, { id, email, email_verified: true }, { provider: "mock-oauth" });
    const linked = data(await client.listAccounts()).find(({ providerId }) => providerId === "mock-oauth");
    failed(await client.unlinkAccount({ accountId: linked.accountId }), 400, "ACCOUNT_NOT_FOUND");
    assert.deepEqual(data(await client.unlinkAccount({ accountId: linked.id })), { status: true });
    assert.deepEqual(data(await client.listAccounts()).map(({ providerId }) => providerId), ["credential"]);
  },

  "leaves the last one": async (world) => {
    const { client, account } = await arrived(world, "mock-oauth");
    failed(await client.unlinkAccount({ accountId: account.id }), 400, "FAILED_TO_UNLINK_LAST_ACCOUNT");
    assert.equal(data(await client.listAccounts()).length, 1);
  },

  "touches nobody else's": async (world) => {
    const { browser, client, email } = await world.signedUp();
    await link(world, browser, { id: world.person().id, email, email_verified: true }, { provider: "mock-oauth" });
    const other = await arrived(world, "mock-oauth");
    failed(await client.unlinkAccount({ accountId: other.account.id }), 400, "ACCOUNT_NOT_FOUND");
    assert.equal(data(await other.client.listAccounts()).length, 1);
    failed(await world.browser().client.unlinkAccount({ accountId: other.account.id }), 401, "UNAUTHORIZED");
  },
};
