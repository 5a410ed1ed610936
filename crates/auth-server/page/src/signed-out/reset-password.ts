// Setting a new password with the secret of a mailed link.

import { ask, Failure } from "../base/ask";
import { client } from "../base/client";
import { element } from "../base/elements";
import { form } from "../base/form";
import { passwordHint, shortestPassword } from "../base/password";
import { card, viewLink } from "./card";

/** `onDone` is called once the password is set. */
export function resetPassword(token: string | undefined, onDone: () => void): HTMLElement {
  if (!token) return withoutToken();
  return card(
    "Set a new password",
    form({
      testId: "reset-form",
      fields: [
        {
          name: "password",
          label: "New password",
          type: "password",
          autocomplete: "new-password",
          minLength: shortestPassword,
          hint: passwordHint,
        },
        { name: "repeated", label: "New password again", type: "password", autocomplete: "new-password" },
      ],
      submit: "Set password",
      send: async (values) => {
        const newPassword = values.text("password");
        if (newPassword !== values.text("repeated")) throw new Failure(0, "", "The two passwords are not the same");
        await ask(client.resetPassword({ newPassword, token }));
        onDone();
      },
      onFailure: (failure) => (failure.code === "INVALID_TOKEN" ? viewLink("forgot", "Ask for a new link") : undefined),
    }),
    element("p", { class: "card-end" }, viewLink("sign-in", "Back to sign in")),
  );
}

function withoutToken(): HTMLElement {
  return card(
    "Set a new password",
    element("p", { class: "lead" }, "This works by a link that we mail to you, and only while the link is valid."),
    element("p", { class: "card-end" }, viewLink("forgot", "Ask for a link"), viewLink("sign-in", "Back to sign in")),
  );
}
