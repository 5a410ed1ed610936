// The way to a provider and back.

import { data } from "./check.js";
import { request } from "./http.js";

/** Goes to the provider, which redirects at once: the URL of the callback. */
export async function callbackFrom(authorizationUrl) {
  const { status, headers, text } = await request(authorizationUrl);
  if (status !== 302) throw new Error(`the provider answered ${status}: ${text}`);
  return headers.location;
}

/** Starts a sign-in: the URL of the provider. */
export async function authorizationUrl(browser, options) {
  return data(await browser.client.signIn.social({ callbackURL: "/after", ...options })).url;
}

/** A whole sign-in by redirect: what the callback answered. */
export async function signIn(world, browser, person, options) {
  world.provider.next(person);
  return browser.visit(await callbackFrom(await authorizationUrl(browser, options)));
}

/** Links an account by redirect: what the callback answered. */
export async function link(world, browser, person, options) {
  world.provider.next(person);
  const { url } = data(await browser.client.linkSocial({ callbackURL: "/linked", ...options }));
  return browser.visit(await callbackFrom(url));
}

/** Somebody new who has signed in with that provider: the person, the browser, the session, the account. */
export async function arrived(world, provider, profile = {}) {
  const browser = world.browser();
  const person = { ...world.person(), ...profile };
  await signIn(world, browser, { email_verified: true, ...person }, { provider });
  const { session, user } = data(await browser.client.getSession());
  const account = data(await browser.client.listAccounts()).find((one) => one.providerId === provider);
  return { ...person, browser, client: browser.client, session, user, account };
}
