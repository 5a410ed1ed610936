// Both sides at once: the database decides, and once.

import { asked } from "./resets.js";

export async function races(world) {
  await resetsAtOnce(world);
  for (let round = 1; round <= SIGN_UPS; round += 1) await signUpsAtOnce(world, round);
}

/** Each round is a token that both sides are given at once. */
async function resetsAtOnce(world) {
  const { checks, sides } = world;
  const ada = await world.signedUp(sides[0]);
  let winner;
  for (let round = 1; round <= RESETS; round += 1) {
    const { token } = await asked(world, sides[round % 2], ada.email);
    const won = wins(await Promise.all(sides.map((side) => reset(world, side, token, round))));
    checks.equal(`reset ${round}: how many succeed`, won.length, 1);
    winner = sides[won[0]];
  }
  const { error } = await world.tries(sides[0], ada.email, passwordOf(winner, RESETS));
  checks.equal("the password is the winner's", error, null);
}

async function signUpsAtOnce(world, round) {
  const { checks, sides, rows } = world;
  const { name, email, password } = world.person();
  const tried = sides.map((side) => world.visitor().client(side).signUp.email({ name, email, password }));
  checks.equal(`sign-up ${round}: how many succeed`, wins(await Promise.all(tried)).length, 1);
  const users = await rows.of("user", "email", email);
  checks.equal(`sign-up ${round}: how many users`, users.length, 1);
  const accounts = await rows.of("account", "userId", users[0].id.text);
  checks.equal(`sign-up ${round}: how many accounts`, accounts.length, 1);
}

function reset(world, side, token, round) {
  return world.visitor().client(side).resetPassword({ newPassword: passwordOf(side, round), token });
}

function passwordOf(side, round) {
  return `the password of ${side.name}, round ${round}`;
}

/** The places of those that have succeeded. */
function wins(results) {
  return results.flatMap(({ error }, at) => (error === null ? [at] : []));
}

const RESETS = 8;
const SIGN_UPS = 4;
