// Sending the confirmation mail again.

import { action, Outcome } from "../base/action";
import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client } from "../base/client";
import { element } from "../base/elements";

/** A button that mails the link once more, with its answer. */
export function resendLink(email: string): HTMLElement {
  const outcome = new Outcome();
  const resend = action("Send the link again", "plain", outcome, async () => {
    await ask(client.sendVerificationEmail({ email, callbackURL: returnTo.verified }));
    return `We sent a new link to ${email}.`;
  });
  return element("div", { class: "resend" }, resend, outcome.node);
}
