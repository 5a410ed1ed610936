// A session in the cookie of one side is believed by the other, and by nobody when it was touched.

import { data } from "../../official-client/lib/check.js";
import { SESSION_COOKIE } from "../../official-client/lib/browser.js";
import { CACHE_COOKIE, changed, valueOf } from "../lib/cookie-cache.js";

export async function cookieCache(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  await believed(world, "after sign-up", ada.visitor, from, to);

  const forADay = await world.signedIn(from, { ...ada, rememberMe: false });
  await believed(world, "of who is not remembered", forADay.visitor, from, to);

  const large = await world.signedIn(from, ada);
  // As long as `auth-server` lets them be: too long for one cookie.
  const change = { name: "🦀".repeat(255), image: `https://example.com/${"a".repeat(2000)}` };
  data(await large.visitor.client(from).updateUser(change));
  const parts = [...large.visitor.cookies].filter(([name]) => name.startsWith(`${CACHE_COOKIE}.`));
  checks.equal("in parts", parts.length > 1, true);
  await believed(world, "in parts", large.visitor, from, to);

  await notBelieved(world, ada, from, to);
}

/** The session is forgotten where it is kept: who still knows it has read the cookie. */
async function believed({ checks, places }, what, visitor, from, to) {
  const kept = await visitor.copy().session(from);
  await places.forgetSession(kept.session);
  for (const side of [to, from]) {
    checks.equal(`${what}: by the cookie, at ${side.name}`, await visitor.copy().sessionByCookies(side), kept);
    checks.equal(`${what}: past the cookie, at ${side.name}`, await visitor.copy().session(side), null);
  }
}

async function notBelieved(world, ada, from, to) {
  const { checks, places } = world;
  const { visitor } = await world.signedIn(from, ada);
  const { session } = await visitor.session(from);
  const other = await world.signedUp(from);
  await places.forgetSession(session);
  const cookie = valueOf(visitor);
  const cases = [
    ["another name under the signature", changed(cookie)],
    ["one letter changed", cookie.replace(/.(?=.{60}$)/, (letter) => (letter === "a" ? "b" : "a"))],
    ["cut off", cookie.slice(0, -10)],
    ["somebody else's", valueOf(other.visitor)],
    ["no cookie", ""],
  ];
  for (const [what, value] of [["untouched", cookie], ...cases]) {
    const touched = world.visitor();
    touched.cookies.set(SESSION_COOKIE, visitor.cookies.get(SESSION_COOKIE));
    touched.cookies.set(CACHE_COOKIE, value);
    const found = await touched.sessionByCookies(to);
    checks.equal(what, found?.user.id ?? null, value === cookie ? ada.user.id : null);
  }
}
