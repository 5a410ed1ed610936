// What an operator does in the console, and what people do at the server meanwhile.

import assert from "node:assert/strict";
import { required } from "../browser.js";
import { password, somebody } from "../steps.js";

/** The cookies of the first device that was let in: the printed address works once. */
let cookies;

/** A device that is let in. */
export async function operator(world, options = {}) {
  const page = await world.device(options);
  if (cookies) {
    await page.context().addCookies(cookies);
  } else {
    await page.goto(world.entry);
    cookies = await page.context().cookies(world.at("users"));
  }
  await page.goto(world.at("users"));
  await seesHeading(page, "Users");
  return page;
}

export async function seesHeading(page, name) {
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
}

/** Somebody who has signed up at the server and signed in again with each agent; gives the tokens of all sessions. */
export async function person(name, agents = [], { email } = somebody("Person")) {
  const tokens = [await ask("sign-up/email", { name, email, password }, "Sign-up/1.0")];
  for (const agent of agents) tokens.push(await ask("sign-in/email", { email, password }, agent));
  return { name, email, tokens };
}

async function ask(path, body, agent) {
  const server = required("SERVER_URL");
  const headers = { origin: server, "content-type": "application/json", "user-agent": agent };
  const answer = await fetch(`${server}/api/auth/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.headers.getSetCookie().find((cookie) => cookie.includes("session_token=")).split(";")[0];
}

/** Whether the server still knows the session of a cookie. */
export async function isSignedIn(cookie) {
  const answer = await fetch(`${required("SERVER_URL")}/api/auth/get-session`, { headers: { cookie } });
  return (await answer.json()) !== null;
}

/** Searches for somebody and opens the one who is found. */
export async function open(page, somebody) {
  await page.goto(new URL("users", page.url()).href);
  await page.getByLabel("Words of name or address").fill(somebody.email);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("table").getByRole("link").click();
  await seesHeading(page, somebody.name);
}

export function sessionsOf(page) {
  return page.locator("article.session");
}
