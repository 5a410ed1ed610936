// Asking for a mail that lets one set a new password.

import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client } from "../base/client";
import { element } from "../base/elements";
import { form } from "../base/form";
import { card, viewLink } from "./card";

export function forgotPassword(): HTMLElement {
  return card(
    "Forgot your password?",
    element("p", { class: "lead" }, "Tell us your e-mail address, and we will send you a link to set a new password."),
    form({
      testId: "forgot-form",
      fields: [{ name: "email", label: "E-mail", type: "email", autocomplete: "username" }],
      submit: "Send the link",
      send: async (values) => {
        await ask(client.requestPasswordReset({ email: values.text("email"), redirectTo: returnTo.reset }));
        return "If there is an account with this address, the link is on its way.";
      },
    }),
    element("p", { class: "card-end" }, viewLink("sign-in", "Back to sign in")),
  );
}
