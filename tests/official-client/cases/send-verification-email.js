import assert from "node:assert/strict";
import { data, failed, redirected } from "../lib/check.js";

export default {
  "signed in: mails the own address until it is verified": async (world) => {
    const { browser, client, email } = await world.signedUp();
    await world.outbox.next("verify-email", email);
    assert.deepEqual(data(await client.sendVerificationEmail({ email, callbackURL: "/done" })), { status: true });
    redirected(await browser.visit((await world.outbox.next("verify-email", email)).url), "/done");
    failed(await client.sendVerificationEmail({ email }), 400, "EMAIL_ALREADY_VERIFIED");
  },

  "signed in: mails no other address": async (world) => {
    const other = await world.signedUp();
    const { client } = await world.signedUp();
    failed(await client.sendVerificationEmail({ email: other.email }), 400, "EMAIL_MISMATCH");
  },

  "signed out: answers alike, mails only whom it concerns": async (world) => {
    const { client } = world.browser();
    const unverified = await world.signedUp();
    const verified = await world.verified();
    const stranger = world.person();
    for (const { email } of [stranger, verified, unverified])
      assert.deepEqual(data(await client.sendVerificationEmail({ email })), { status: true });
    await world.outbox.next("verify-email", unverified.email);
    await world.outbox.next("verify-email", unverified.email);
    assert.equal(world.outbox.count("verify-email", verified.email), 1);
    assert.equal(world.outbox.count("verify-email", stranger.email), 0);
  },

  "refuses what is no address": async (world) => {
    failed(await world.browser().client.sendVerificationEmail({ email: "nobody" }), 400, "VALIDATION_ERROR");
  },
};
