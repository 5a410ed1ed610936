// The cookie with the session, as both sides write it: how long it holds, and what stands in it.

import { CACHE_COOKIE, contentOf, valueOf } from "../lib/cookie-cache.js";
import { needed } from "../lib/settings.js";
import { shapeOfText } from "../lib/shape.js";

export async function cookiesOfBoth(world) {
  const { checks } = world;
  for (const [what, rememberMe] of [["remembered", true], ["not remembered", false]]) {
    const found = [];
    for (const side of world.sides) found.push(await cookieOf(world, side, rememberMe));
    const [expected, other] = found;
    checks.equal(`${what}: attributes`, other.attributes, expected.attributes);
    checks.equal(`${what}: seconds that it holds`, other.seconds, expected.seconds);
    checks.equal(`${what}: content`, other.content, expected.content);
  }
}

async function cookieOf(world, side, rememberMe) {
  const ada = await world.signedUp(side);
  const { visitor } = await world.signedIn(side, { ...ada, rememberMe });
  const { attributes } = visitor.at(side).received(CACHE_COOKIE);
  const { AUTH_SECRET } = needed("AUTH_SECRET");
  const content = await contentOf(valueOf(visitor), AUTH_SECRET);
  const known = { [ada.user.id]: "user.id", [ada.email]: "email" };
  const until = content.expiresAt ?? content.exp * 1000;
  const seconds = Math.round((until - (content.updatedAt ?? content.session.updatedAt)) / 10_000) * 10;
  return { attributes, seconds, content: shapeOfText(JSON.stringify(content), known) };
}
