// Several devices of one person.

import assert from "node:assert/strict";
import { confirm, password, seesDevices, seesSignIn, seesStatus, send, signIn, signUp, somebody } from "../steps.js";

export const scenarios = {
  "a device signs another one out": async (world) => {
    const { first, second } = await twoDevices(world, somebody("Mira"));
    await seesDevices(first, 2);
    const here = first.getByTestId("device").first();
    assert.match(await here.textContent(), /Firefox on Linux.*This device/);
    assert.equal(await here.getByRole("button").count(), 0, "this device has no button");
    await first.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
    await confirm(first, "Sign out");
    await seesStatus(first, "Safari on iPhone is signed out.");
    await seesDevices(first, 1);
    await second.reload();
    await seesSignIn(second);
  },

  "a device signs all others out": async (world) => {
    const { first, second } = await twoDevices(world, somebody("Milo"));
    await first.getByRole("button", { name: "Sign out all other devices" }).click();
    await confirm(first, "Sign out others");
    await seesStatus(first, "All other devices are signed out.");
    await seesDevices(first, 1);
    await second.reload();
    await seesSignIn(second);
  },

  "a device that was signed out is told so at its next request": async (world) => {
    const { first, second } = await twoDevices(world, somebody("Mona"));
    await first.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
    await confirm(first, "Sign out");
    await seesDevices(first, 1);
    await send(second, "profile-form", { Name: "Nobody" });
    await seesSignIn(second);
    await seesStatus(second, "You have been signed out on this device.");
  },

  "cancelling the dialog signs nothing out": async (world) => {
    const { first } = await twoDevices(world, somebody("Marek"));
    await first.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
    await first.keyboard.press("Escape");
    await first.getByRole("dialog").waitFor({ state: "detached" });
    await seesDevices(first, 2);
  },

  "a session that is too old for the list is renewed by a dialog": async (world) => {
    const page = await world.device();
    let isOld = true;
    await page.route("**/api/auth/list-sessions", (route) =>
      isOld ? route.fulfill({ status: 403, json: { code: "SESSION_NOT_FRESH", message: "Session is not fresh" } }) : route.continue(),
    );
    await signUp(page, somebody("Mats"));
    await page.getByTestId("not-fresh").getByRole("button", { name: "Sign in again" }).click();
    isOld = false;
    await send(page, "sign-in-again-form", { Password: password });
    await seesDevices(page, 1);
  },
};

async function twoDevices(world, person) {
  const first = await world.device({ userAgent: firefoxOnLinux });
  const second = await world.device({ userAgent: safariOnPhone });
  await signUp(first, person);
  await signIn(second, person);
  await first.reload();
  await seesDevices(first, 2);
  return { first, second };
}

const firefoxOnLinux = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const safariOnPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
