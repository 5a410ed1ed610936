import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";
import { arrived } from "../lib/social.js";

const NEW = "a new and longer password";

export default {
  "sets the new password and leaves the sessions": async (world) => {
    const { client, email, password } = await world.signedUp();
    const token = await resetToken(world, email);
    assert.deepEqual(data(await client.resetPassword({ newPassword: NEW, token })), { status: true });
    const browser = world.browser();
    failed(await browser.client.signIn.email({ email, password }), 401, "INVALID_EMAIL_OR_PASSWORD");
    const { user } = data(await browser.client.signIn.email({ email, password: NEW }));
    assert.equal(user.emailVerified, false);
    assert.equal(data(await client.getSession()).user.email, email);
  },

  "takes a token once": async (world) => {
    const { client, email } = await world.signedUp();
    const token = await resetToken(world, email);
    data(await client.resetPassword({ newPassword: NEW, token }));
    failed(await client.resetPassword({ newPassword: "something else again", token }), 400, "INVALID_TOKEN");
    data(await world.browser().client.signIn.email({ email, password: NEW }));
  },

  "takes a token in the query as well": async (world) => {
    const { browser, email } = await world.signedUp();
    const token = await resetToken(world, email);
    const { status, text } = await browser.post(`/reset-password?token=${token}`, { newPassword: NEW });
    assert.deepEqual([status, JSON.parse(text)], [200, { status: true }]);
  },

  "refuses a bad password without using the token up": async (world) => {
    const { client, email } = await world.signedUp();
    const token = await resetToken(world, email);
    failed(await client.resetPassword({ newPassword: "short", token }), 400, "PASSWORD_TOO_SHORT");
    failed(await client.resetPassword({ newPassword: "x".repeat(129), token }), 400, "PASSWORD_TOO_LONG");
    data(await client.resetPassword({ newPassword: NEW, token }));
  },

  "refuses an unknown and a missing token": async (world) => {
    const { client } = world.browser();
    failed(await client.resetPassword({ newPassword: NEW, token: "unknown" }), 400, "INVALID_TOKEN");
    failed(await client.resetPassword({ newPassword: NEW }), 400, "INVALID_TOKEN");
  },

  "gives a first password to somebody who came by a provider": async (world) => {
    const { email, client } = await arrived(world, "mock-oauth");
    const token = await resetToken(world, email);
    data(await client.resetPassword({ newPassword: NEW, token }));
    data(await world.browser().client.signIn.email({ email, password: NEW }));
    const providers = data(await client.listAccounts()).map(({ providerId }) => providerId);
    assert.deepEqual(providers.sort(), ["credential", "mock-oauth"]);
  },
};

async function resetToken(world, email) {
  data(await world.browser().client.requestPasswordReset({ email }));
  return (await world.outbox.next("reset-password", email)).token;
}
