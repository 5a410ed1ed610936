// Deleting the account, by a mailed link.

import { action, Outcome } from "../base/action";
import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client, type SignedIn } from "../base/client";
import { confirmed } from "../base/dialog";
import { element } from "../base/elements";
import { sectionFrame, type Section } from "./section";
import { withFreshSession } from "./sign-in-again";

export function deleteAccount(first: SignedIn): Section {
  let signedIn = first;
  const outcome = new Outcome();
  const remove = action("Delete account…", "danger", outcome, async () => {
    if (!(await confirmed(question))) return undefined;
    const { message } = await withFreshSession(signedIn, () => ask(client.deleteUser({ callbackURL: returnTo.deleted })));
    return message === "User deleted" ? "Your account is deleted." : mailSent(signedIn.user.email);
  });
  return {
    node: sectionFrame(
      "delete-account",
      "Delete account",
      "Everything that we know about you goes with it.",
      element("div", { class: "form-end" }, remove, outcome.node),
    ),
    update(next) {
      signedIn = next;
    },
  };
}

function mailSent(email: string): string {
  return `We sent a link to ${email}. Your account is deleted once you have opened it on this device.`;
}

const question = {
  title: "Delete your account?",
  text: "We will send you a mail. When you open its link, your account and all that belongs to it is deleted for good.",
  confirm: "Send the mail",
  isDangerous: true,
};
