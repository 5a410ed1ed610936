// Links that arrive by mail.

import assert from "node:assert/strict";
import { mailCount, mailedLink } from "../mails.js";
import { confirm, press, seesAccount, seesProblem, seesSignIn, seesStatus, send, signUp, somebody } from "../steps.js";

export const scenarios = {
  "somebody signs up and confirms the address by the mailed link": async (world) => {
    const page = await world.device();
    const person = somebody("Nora");
    await signUp(page, person);
    assert.equal(await page.getByTestId("user-verified").textContent(), "Not confirmed");
    await page.getByTestId("verify-notice").waitFor();
    await page.goto(await mailedLink(person.email, "/verify-email"));
    await seesAccount(page, person);
    await seesStatus(page, "Your e-mail address is confirmed.");
    assert.equal(await page.getByTestId("user-verified").textContent(), "Confirmed");
    assert.equal(await page.getByTestId("verify-notice").isVisible(), false);
    assert.equal(new URL(page.url()).search, "", "nothing stays in the address");
  },

  "the confirmation mail can be sent again": async (world) => {
    const page = await world.device();
    const person = somebody("Otto");
    await signUp(page, person);
    await mailedLink(person.email, "/verify-email");
    const before = await mailCount();
    await press(page, page.getByRole("button", { name: "Send the link again" }));
    await seesStatus(page, `We sent a new link to ${person.email}.`);
    await mailedLink(person.email, "/verify-email", before);
  },

  "a broken confirmation link is told in words": async (world) => {
    const page = await world.device();
    await page.goto("/api/auth/verify-email?token=broken&callbackURL=%2F");
    await seesProblem(page, "This link is no longer valid.");
  },

  "the address changes after the mailed links were opened": async (world) => {
    const page = await world.device();
    const person = somebody("Pia");
    const moved = somebody("Pia");
    await signUp(page, person);
    await page.goto(await mailedLink(person.email, "/verify-email"));
    await seesAccount(page, person);
    const before = await mailCount();
    await send(page, "change-email-form", { "New e-mail": moved.email });
    await seesStatus(page, "We sent you a link.");
    await page.goto(await mailedLink(person.email, "/verify-email", before));
    await seesStatus(page, "Thank you.");
    await page.goto(await mailedLink(moved.email, "/verify-email", before));
    await seesAccount(page, moved);
  },

  "the account is deleted by the mailed link, after a dialog": async (world) => {
    const page = await world.device();
    const person = somebody("Quinn");
    await signUp(page, person);
    await page.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("dialog", { name: "Delete your account?" }).waitFor();
    await confirm(page, "Send the mail");
    await seesStatus(page, `We sent a link to ${person.email}.`);
    await page.goto(await mailedLink(person.email, "/delete-user/callback"));
    await seesSignIn(page);
    await seesStatus(page, "Your account is deleted.");
  },
};
