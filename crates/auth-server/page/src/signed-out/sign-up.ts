// Creating an account.

import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client } from "../base/client";
import { element } from "../base/elements";
import { form } from "../base/form";
import { passwordHint, shortestPassword } from "../base/password";
import { card, viewLink } from "./card";
import { providerChoice } from "./provider-choice";
import { resendLink } from "./resend";

export function signUp(): HTMLElement {
  const view = card(
    "Create an account",
    providerChoice(),
    form({
      testId: "sign-up-form",
      fields: [
        { name: "name", label: "Name", autocomplete: "name" },
        { name: "email", label: "E-mail", type: "email", autocomplete: "username" },
        {
          name: "password",
          label: "Password",
          type: "password",
          autocomplete: "new-password",
          minLength: shortestPassword,
          hint: passwordHint,
        },
      ],
      submit: "Create account",
      keepsValues: true,
      send: async (values) => {
        const email = values.text("email");
        const { token } = await ask(
          client.signUp.email({
            name: values.text("name"),
            email,
            password: values.text("password"),
            callbackURL: returnTo.verified,
          }),
        );
        if (token === null) awaitMail(view, email);
      },
    }),
    element("p", { class: "card-end" }, viewLink("sign-in", "I have an account")),
  );
  return view;
}

/** The server signs nobody in before the address is confirmed. */
function awaitMail(view: HTMLElement, email: string): void {
  const heading = element("h1", { tabindex: -1 }, "Check your mail");
  view.replaceChildren(
    heading,
    element("p", {}, `We sent a link to ${email}. Open it to confirm your address, then sign in.`),
    resendLink(email),
    element("p", { class: "card-end" }, viewLink("sign-in", "Back to sign in")),
  );
  heading.focus();
}
