import assert from "node:assert/strict";
import { failed, refused } from "../lib/check.js";

export default {
  "sign-up names what is wrong": async (world) => {
    const { id: _, ...person } = world.person();
    const attempt = (change) => world.browser().client.signUp.email({ ...person, ...change });
    failed(await attempt({ email: "nobody" }), 400, "VALIDATION_ERROR");
    failed(await attempt({ password: "" }), 400, "VALIDATION_ERROR");
    failed(await attempt({ password: "short" }), 400, "PASSWORD_TOO_SHORT");
    failed(await attempt({ password: "x".repeat(129) }), 400, "PASSWORD_TOO_LONG");
    failed(await attempt({ email: undefined }), 400, "VALIDATION_ERROR");
    failed(await attempt({ name: 7 }), 400, "VALIDATION_ERROR");
  },

  "sign-in names what is wrong": async (world) => {
    const { email, password } = world.person();
    const attempt = (body) => world.browser().client.signIn.email(body);
    failed(await attempt({ email: "nobody", password }), 400, "INVALID_EMAIL");
    failed(await attempt({ email, password: "x".repeat(129) }), 400, "PASSWORD_TOO_LONG");
    failed(await attempt({ email }), 400, "VALIDATION_ERROR");
    failed(await attempt({ email, password, rememberMe: "no" }), 400, "VALIDATION_ERROR");
  },

  "a validation error says where": async (world) => {
    const { error } = await world.browser().client.requestPasswordReset({ email: "nobody" });
    assert.equal(error.message, "[body.email] Invalid email address");
  },

  "an unknown provider is not found": async (world) => {
    const { client } = await world.signedUp();
    failed(await client.signIn.social({ provider: "unknown", callbackURL: "/" }), 404, "PROVIDER_NOT_FOUND");
    failed(await client.linkSocial({ provider: "unknown", callbackURL: "/" }), 404, "PROVIDER_NOT_FOUND");
  },

  "a parameter of the flow itself is not to be set": async (world) => {
    const options = { provider: "mock-oauth", callbackURL: "/", additionalParams: { state: "mine" } };
    failed(await world.browser().client.signIn.social(options), 400, "VALIDATION_ERROR");
  },

  "get-session is not for POST": async (world) => {
    const answer = await world.browser().post("/get-session", {});
    refused(answer, 405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED");
  },

  "broken JSON": async (world) => {
    const headers = { "content-type": "application/json" };
    const answer = await world.browser().raw("POST", "/sign-in/email", { body: "{", headers });
    refused(answer, 400, "BAD_REQUEST");
    assert.equal(JSON.parse(answer.text).message, "Invalid JSON in request body");
  },

  "another media type": async (world) => {
    const headers = { "content-type": "text/plain" };
    const answer = await world.browser().raw("POST", "/request-password-reset", { body: "{}", headers });
    refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
  },

  "an unknown path, an unknown method, a slash too many": async (world) => {
    const browser = world.browser();
    for (const path of ["/nowhere", "/sign-up/email", "/get-session/", "//ok"]) {
      const { status, text } = await browser.raw("GET", path);
      assert.deepEqual([path, status, text], [path, 404, ""]);
    }
  },
};
