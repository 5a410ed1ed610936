// What a person does on the page, in one call each.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

export const password = "correct horse battery";

/** Somebody whom no earlier run knows. */
export function somebody(name) {
  const unique = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  return { name, email: `${name.split(" ")[0].toLowerCase()}-${unique}@example.com` };
}

/** Fills and sends a form by its labels; waits as told when the server limits the rate. */
export async function send(page, testId, values) {
  const form = page.getByTestId(testId);
  for (const [label, value] of Object.entries(values)) await form.getByLabel(label, { exact: true }).fill(value);
  return press(page, form.locator('button[type="submit"]'));
}

/** Presses what makes the page call the server, and gives the server's answer. */
export async function press(page, button) {
  for (;;) {
    const [response] = await Promise.all([page.waitForResponse(isPost), button.click()]);
    if (response.status() !== 429) return response;
    await pause((Number(response.headers()["x-retry-after"]) || 10) * 1000 + 200);
  }
}

export async function signUp(page, person) {
  await page.goto("/?view=sign-up");
  await send(page, "sign-up-form", { Name: person.name, "E-mail": person.email, Password: password });
  await seesAccount(page, person);
}

export async function signIn(page, person, secret = password) {
  await page.goto("/");
  await send(page, "sign-in-form", { "E-mail": person.email, Password: secret });
  await seesAccount(page, person);
}

export async function signOut(page) {
  await press(page, page.getByRole("button", { name: "Sign out", exact: true }).first());
  await seesSignIn(page);
}

export async function seesAccount(page, person) {
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await page.getByTestId("user-email").filter({ hasText: person.email }).waitFor();
}

export async function seesSignIn(page) {
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
}

/** Waits for an alert that says this, and checks that the focus is on it. */
export async function seesProblem(page, text) {
  const alert = page.getByRole("alert").filter({ hasText: text });
  await alert.waitFor();
  assert.ok(await alert.evaluate((node) => node === document.activeElement), "the alert has the focus");
}

/** Waits for a polite message that says this. */
export async function seesStatus(page, text) {
  await page.getByRole("status").filter({ hasText: text }).first().waitFor();
}

export async function seesDevices(page, count) {
  await page.waitForFunction(
    (expected) => document.querySelectorAll('[data-testid="device"]').length === expected,
    count,
  );
}

/** Answers the open dialog. */
export async function confirm(page, label) {
  await press(page, page.getByRole("dialog").getByRole("button", { name: label, exact: true }));
}

/** Moves by Tab until the focus is on what `isThere` accepts; it must be visible there. */
export async function tabTo(page, isThere) {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press("Tab");
    if (!(await page.evaluate(isThere))) continue;
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none", "the focus is visible");
    return;
  }
  assert.fail(`Tab never reaches ${isThere}`);
}

function isPost(response) {
  return response.request().method() === "POST" && new URL(response.url()).pathname.startsWith("/api/auth/");
}
