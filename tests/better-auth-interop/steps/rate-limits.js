// Both sides count a client's requests together.

export async function rateLimits(world, from, to) {
  for (const [address, counted] of addresses(world.person().id)) await counts(world, { address, counted }, from, to);
}

/** Three pass in a minute. */
async function counts(world, { address, counted }, from, to) {
  const { checks, store } = world;
  const key = `${counted}|/request-password-reset`;
  for (const [at, side] of [from, from, to].entries()) {
    checks.equal(`${address}: request ${at + 1}`, (await asks(world, side, address)).status, 200);
    checks.equal(`${address}: the counter`, await store.text(key), String(at + 1));
    const ttl = await store.ttl(key);
    checks.equal(`${address}: the window, which does not move`, at === 0 ? ttl > 50 && ttl <= 60 : ttl <= 40, true);
    await store.holdFor(key, 40);
  }
  const refusals = [];
  for (const side of [to, from]) {
    const { status, headers, text } = await asks(world, side, address);
    refusals.push({ status, retryAfter: headers["x-retry-after"], text });
    checks.equal(`${address}: one more, at ${side.name}`, status, 429);
  }
  checks.equal(`${address}: the refusals`, refusals[0], refusals[1]);
  checks.equal(`${address}: the counter after them`, await store.text(key), "5");
  await store.remove(key);
  checks.equal(`${address}: after the window`, (await asks(world, to, address)).status, 200);
}

/** Nobody has the address, so nothing is sent. */
function asks(world, side, address) {
  const body = { email: world.person().email, redirectTo: "/reset" };
  return world.visitor().at(side).post("/request-password-reset", body, { "x-forwarded-for": address });
}

/** Addresses that nobody else has, and what they are counted as: of the sixth version, by their network. */
function addresses(id) {
  const [, number] = /^p(\d+)-/.exec(id);
  const part = Number(number) % 250;
  return [
    [`203.0.113.${part}`, `203.0.113.${part}`],
    [`::ffff:198.51.100.${part}`, `198.51.100.${part}`],
    [`2001:DB8:0:${part}::1`, `2001:0db8:0000:${String(part).padStart(4, "0")}:0000:0000:0000:0000`],
  ];
}
