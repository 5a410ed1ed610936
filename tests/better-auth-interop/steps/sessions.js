// A session of one side is a session of the other: the cookie, the row, what hangs on it.

import { data } from "../../official-client/lib/check.js";
import { SESSION_COOKIE } from "../../official-client/lib/browser.js";

export async function sessions(world, from, to) {
  const { checks } = world;
  const ada = await world.signedUp(from);
  const there = await ada.visitor.session(to);
  checks.equal("the session read there", there, await ada.visitor.session(from));
  checks.equal("its user", there?.user.id, ada.user.id);

  const second = await world.signedIn(to, ada);
  const [mine, theirs] = await Promise.all([from, to].map((side) => listed(ada.visitor, side)));
  checks.equal("the list of sessions", theirs, mine);
  checks.equal("both in the list", mine.map(({ token }) => token).includes(second.token), true);

  data(await ada.visitor.client(to).updateUser({ name: "Ada King", image: "https://example.com/ada.png" }));
  checks.equal("a name changed there", (await ada.visitor.session(from))?.user.name, "Ada King");
  checks.equal("the user after it", await second.visitor.session(to), await second.visitor.session(from));

  const forADay = await world.signedIn(from, { ...ada, rememberMe: false });
  const [given, kept] = [await forADay.visitor.session(from), await forADay.visitor.session(to)];
  checks.equal("a session for a day, which is not extended", kept, given);
  checks.equal("how many hours it holds", hoursFromNow(given.session.expiresAt), 24);

  const cookie = ada.visitor.cookies.get(SESSION_COOKIE);
  const forged = world.visitor();
  forged.cookies.set(SESSION_COOKIE, cookie.replace(/^./, (letter) => (letter === "a" ? "b" : "a")));
  checks.equal("a cookie with another token under the same signature", await forged.session(to), null);
}

function hoursFromNow(instant) {
  return Math.round((new Date(instant) - Date.now()) / 3_600_000);
}

async function listed(visitor, side) {
  const list = data(await visitor.client(side).listSessions());
  return list.sort((one, other) => (one.token < other.token ? -1 : 1));
}
