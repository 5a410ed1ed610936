// Wrong, forgotten and changed passwords.

import assert from "node:assert/strict";
import { mailedLink } from "../mails.js";
import { password, seesDevices, seesProblem, seesSignIn, seesStatus, send, signIn, signOut, signUp, somebody } from "../steps.js";

export const scenarios = {
  "a wrong password is refused next to the form": async (world) => {
    const page = await world.device();
    const person = somebody("Iris");
    await signUp(page, person);
    await signOut(page);
    await seesStatus(page, "You are signed out.");
    await send(page, "sign-in-form", { "E-mail": person.email, Password: "not the password" });
    await seesProblem(page.getByTestId("sign-in-form"), "The e-mail address or the password is wrong.");
    await page.reload();
    await seesSignIn(page);
  },

  "an address is taken only once": async (world) => {
    const person = somebody("Ines");
    await signUp(await world.device(), person);
    const page = await world.device();
    await page.goto("/?view=sign-up");
    await send(page, "sign-up-form", { Name: "Ines", "E-mail": person.email, Password: password });
    await seesProblem(page, "There is already an account with this e-mail address.");
  },

  "a forgotten password is replaced by the mailed link, once": async (world) => {
    const page = await world.device();
    const person = somebody("Ivo");
    await signUp(page, person);
    await signOut(page);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await send(page, "forgot-form", { "E-mail": person.email });
    await seesStatus(page, "the link is on its way");
    const link = await mailedLink(person.email, "/reset-password/");
    const late = await world.device();
    await late.goto(link);

    await page.goto(link);
    await page.getByRole("heading", { level: 1, name: "Set a new password" }).waitFor();
    assert.ok(!page.url().includes("token"), "the secret does not stay in the address");
    const renewed = { "New password": "a different secret", "New password again": "a different secret" };
    await send(page, "reset-form", renewed);
    await seesStatus(page, "Your new password is set.");
    await send(page, "sign-in-form", { "E-mail": person.email, Password: password });
    await seesProblem(page, "The e-mail address or the password is wrong.");
    await signIn(page, person, "a different secret");

    await send(late, "reset-form", renewed);
    await seesProblem(late, "This link is no longer valid.");
  },

  "two different new passwords are refused": async (world) => {
    const page = await world.device();
    await page.goto("/?token=any");
    await page.getByLabel("New password", { exact: true }).fill("a different secret");
    await page.getByLabel("New password again", { exact: true }).fill("yet another secret");
    await page.getByRole("button", { name: "Set password" }).click();
    await seesProblem(page, "The two passwords are not the same.");
  },

  "changing the password signs the other devices out": async (world) => {
    const person = somebody("Ida");
    const page = await world.device();
    const other = await world.device();
    await signUp(page, person);
    await signIn(other, person);
    const form = { "Current password": "not the password", "New password": "a different secret" };
    await send(page, "change-password-form", form);
    await seesProblem(page, "The password is wrong.");
    await send(page, "change-password-form", { ...form, "Current password": password });
    await seesStatus(page, "Your password is changed.");
    await seesDevices(page, 1);
    await other.reload();
    await seesSignIn(other);
    await page.reload();
    await seesDevices(page, 1);
  },

  "not remembering leaves a cookie that ends with the browser": async (world) => {
    const page = await world.device();
    const person = somebody("Ilse");
    await signUp(page, person);
    await signOut(page);
    await page.getByLabel("Remember me on this device").uncheck();
    await send(page, "sign-in-form", { "E-mail": person.email, Password: password });
    await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
    const cookie = (await page.context().cookies()).find(({ name }) => name.endsWith("session_token"));
    assert.equal(cookie.expires, -1);
    assert.equal(cookie.httpOnly, true);
  },

  "a password can be looked at": async (world) => {
    const page = await world.device();
    await page.goto("/");
    const field = page.getByLabel("Password", { exact: true });
    await page.getByRole("button", { name: "Show password" }).click();
    assert.equal(await field.getAttribute("type"), "text");
  },
};
