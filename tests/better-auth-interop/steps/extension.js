// A session that is due is extended by one side for both, and one that has expired is none on either.

export async function extension(world, from, to) {
  const { checks, places } = world;
  const { visitor } = await world.signedUp(from);
  const { session } = await visitor.session(from);
  await places.moveEndOfSession(session, -3 * DAY_MS);
  const extended = await visitor.session(to);
  checks.equal("what was extended, read here", await visitor.session(from), extended);
  const again = new Date(extended.session.expiresAt) - new Date(session.expiresAt);
  checks.equal("it expires as late as a new one", again >= 0 && again < 60_000, true);
  await places.moveEndOfSession(session, -8 * DAY_MS);
  checks.equal("after it has expired", await visitor.session(to), null);
}

const DAY_MS = 86_400_000;
