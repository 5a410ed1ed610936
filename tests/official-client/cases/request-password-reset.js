import assert from "node:assert/strict";
import { data, failed } from "../lib/check.js";

const ANSWER = { status: true, message: "If this email exists in our system, check your email for the reset link" };

export default {
  "answers alike to known and unknown addresses": async (world) => {
    const { client } = world.browser();
    const { email } = await world.signedUp();
    const stranger = world.person();
    for (const address of [stranger.email, email])
      assert.deepEqual(data(await client.requestPasswordReset({ email: address, redirectTo: "/reset" })), ANSWER);
    const { url, token } = await world.outbox.next("reset-password", email);
    assert.equal(url, `${world.base}/reset-password/${token}?callbackURL=%2Freset`);
    assert.equal(world.outbox.count("reset-password", stranger.email), 0);
  },

  "works without redirectTo": async (world) => {
    const { client, email } = await world.signedUp();
    assert.deepEqual(data(await client.requestPasswordReset({ email })), ANSWER);
    const { url, token } = await world.outbox.next("reset-password", email);
    assert.equal(url, `${world.base}/reset-password/${token}?callbackURL=`);
  },

  "refuses what is no address": async (world) => {
    failed(await world.browser().client.requestPasswordReset({ email: "nobody" }), 400, "VALIDATION_ERROR");
  },
};
