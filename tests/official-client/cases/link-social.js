import assert from "node:assert/strict";
import { data, failed, redirected, redirectedWithError } from "../lib/check.js";
import { arrived, callbackFrom, link } from "../lib/social.js";

const PROVIDER = { provider: "mock-oauth" };

export default {
  "by redirect": async (world) => {
    const { browser, client, email, token } = await world.signedUp();
    const { id } = world.person();
    redirected(await link(world, browser, { id, email, email_verified: true }, PROVIDER), "/linked");
    const accounts = data(await client.listAccounts());
    const linked = accounts.find(({ providerId }) => providerId === "mock-oauth");
    assert.deepEqual([accounts.length, linked.accountId, linked.scopes], [2, id, ["email"]]);
    assert.equal(data(await client.getSession()).session.token, token);
  },

  "again only adds scopes": async (world) => {
    const { browser, client, email } = await world.signedUp();
    const { id } = world.person();
    for (const scopes of [undefined, ["calendar"]])
      redirected(await link(world, browser, { id, email, email_verified: true }, { ...PROVIDER, scopes }), "/linked");
    const accounts = data(await client.listAccounts());
    const linked = accounts.find(({ providerId }) => providerId === "mock-oauth");
    assert.deepEqual([accounts.length, linked.scopes], [2, ["email", "calendar"]]);
  },

  "answers with the provider's URL": async (world) => {
    const { browser, client } = await world.signedUp();
    const { url, redirect } = data(await client.linkSocial({ ...PROVIDER, callbackURL: "/linked" }));
    assert.equal(redirect, true);
    assert.equal(browser.last.headers.location, url);
    assert.equal(new URL(url).searchParams.get("redirect_uri"), `${world.base}/callback/mock-oauth`);
  },

  "refuses another address, an unverified one, and somebody else's account": async (world) => {
    const taken = await arrived(world, "mock-oauth");
    const { browser, email } = await world.signedUp();
    const { id, email: another } = world.person();
    const places = { ...PROVIDER, errorCallbackURL: "/oops" };
    const attempt = (profile) => link(world, browser, { id, email, email_verified: true, ...profile }, places);
    redirectedWithError(await attempt({ email: another }), "/oops", "email_does_not_match");
    redirectedWithError(await attempt({ email_verified: false }), "/oops", "unable_to_link_account");
    redirectedWithError(await attempt({ id: taken.id }), "/oops", "account_already_linked_to_different_user");
  },

  "needs the session that has started it": async (world) => {
    const { browser, client, email } = await world.signedUp();
    world.provider.next({ id: world.person().id, email, email_verified: true });
    const { url } = data(await client.linkSocial({ ...PROVIDER, callbackURL: "/linked" }));
    data(await client.signOut());
    redirectedWithError(await browser.visit(await callbackFrom(url)), world.errorPage, "unable_to_link_account");
    failed(await client.linkSocial({ ...PROVIDER, callbackURL: "/linked" }), 401, "UNAUTHORIZED");
  },
};
