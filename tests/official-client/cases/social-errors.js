import assert from "node:assert/strict";
import { data, redirected, redirectedWithError } from "../lib/check.js";
import { authorizationUrl, callbackFrom, signIn } from "../lib/social.js";

const PROVIDER = { provider: "mock-oauth" };
const DENIED = { error: "access_denied", error_description: "not today" };

export default {
  "of the provider lead to the error page": async (world) => {
    const browser = world.browser();
    const answer = await signIn(world, browser, DENIED, PROVIDER);
    const query = redirectedWithError(answer, world.errorPage, "access_denied");
    assert.equal(query.get("error_description"), "not today");
    assert.equal(data(await browser.client.getSession()), null);
  },

  "of the provider lead to errorCallbackURL": async (world) => {
    const answer = await signIn(world, world.browser(), DENIED, { ...PROVIDER, errorCallbackURL: "/oops?a=b" });
    assert.equal(redirectedWithError(answer, "/oops", "access_denied").get("a"), "b");
  },

  "a code that the provider does not take, or none": async (world) => {
    world.provider.next(world.person());
    const changes = {
      invalid_code: (query) => query.set("code", "x"),
      no_code: (query) => query.delete("code"),
    };
    for (const [error, change] of Object.entries(changes)) {
      const browser = world.browser();
      const callback = new URL(await callbackFrom(await authorizationUrl(browser, PROVIDER)));
      change(callback.searchParams);
      redirectedWithError(await browser.visit(callback), world.errorPage, error);
    }
  },

  "a person without an address": async (world) => {
    const answer = await signIn(world, world.browser(), { ...world.person(), email: undefined }, PROVIDER);
    redirectedWithError(answer, world.errorPage, "email_not_found");
  },

  "an address whose owner has not verified it here, or not there": async (world) => {
    const here = await world.signedUp();
    const there = await world.verified();
    const verifiedByProvider = { ...world.person(), email: here.email, email_verified: true };
    const unverified = { ...world.person(), email: there.email, email_verified: false };
    for (const person of [verifiedByProvider, unverified]) {
      const answer = await signIn(world, world.browser(), person, PROVIDER);
      redirectedWithError(answer, world.errorPage, "account_not_linked");
    }
  },

  "none, where both have verified it: the account is linked": async (world) => {
    const { client, email, user } = await world.verified();
    const browser = world.browser();
    redirected(await signIn(world, browser, { ...world.person(), email, email_verified: true }, PROVIDER), "/after");
    assert.equal(data(await browser.client.getSession()).user.id, user.id);
    assert.equal(data(await client.listAccounts()).length, 2);
  },
};
