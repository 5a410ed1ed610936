import { data, redirected, redirectedWithError, refused } from "../lib/check.js";

export default {
  "leads to redirectTo with the token, as often as it is followed": async (world) => {
    const { client, email } = await world.signedUp();
    data(await client.requestPasswordReset({ email, redirectTo: "/reset?a=b" }));
    const { url, token } = await world.outbox.next("reset-password", email);
    for (const browser of [world.browser(), world.browser()])
      redirected(await browser.visit(url), `${world.origin}/reset?a=b&token=${token}`);
  },

  "leads there with an error if the token is unknown": async (world) => {
    const answer = await world.browser().raw("GET", "/reset-password/unknown?callbackURL=%2Freset");
    redirectedWithError(answer, `${world.origin}/reset`, "INVALID_TOKEN");
  },

  "leads to the error page without a place to go": async (world) => {
    const answer = await world.browser().raw("GET", "/reset-password/unknown?callbackURL=");
    redirectedWithError(answer, world.errorPage, "INVALID_TOKEN");
    refused(await world.browser().raw("GET", "/reset-password/unknown"), 400, "VALIDATION_ERROR");
  },
};
