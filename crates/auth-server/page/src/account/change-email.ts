// Moving the account to another e-mail address.

import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client } from "../base/client";
import { form } from "../base/form";
import { sectionFrame, type Section } from "./section";

export function changeEmail(): Section {
  return {
    node: sectionFrame(
      "change-email",
      "E-mail address",
      "You sign in with it, and our mails go there.",
      form({
        testId: "change-email-form",
        fields: [{ name: "newEmail", label: "New e-mail", type: "email", autocomplete: "email" }],
        submit: "Change e-mail",
        kind: "plain",
        send: async (values) => {
          await ask(client.changeEmail({ newEmail: values.text("newEmail"), callbackURL: returnTo.emailChange }));
          return "We sent you a link. The address changes once you have opened it.";
        },
      }),
    ),
  };
}
