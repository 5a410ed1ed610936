// Signing in, by password or by a provider.

import { ask } from "../base/ask";
import { client } from "../base/client";
import { element } from "../base/elements";
import { form } from "../base/form";
import { card, viewLink } from "./card";
import { providerChoice } from "./provider-choice";
import { resendLink } from "./resend";

export function signIn(): HTMLElement {
  return card(
    "Sign in",
    providerChoice(),
    form({
      testId: "sign-in-form",
      fields: [
        { name: "email", label: "E-mail", type: "email", autocomplete: "username" },
        { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
      ],
      checks: [{ name: "rememberMe", label: "Remember me on this device", isChecked: true }],
      submit: "Sign in",
      keepsValues: true,
      send: async (values) => {
        await ask(
          client.signIn.email({
            email: values.text("email"),
            password: values.text("password"),
            rememberMe: values.isChecked("rememberMe"),
          }),
        );
      },
      onFailure: (failure, values) => (failure.code === "EMAIL_NOT_VERIFIED" ? resendLink(values.text("email")) : undefined),
    }),
    element(
      "p",
      { class: "card-end" },
      viewLink("forgot", "Forgot your password?"),
      viewLink("sign-up", "Create an account"),
    ),
  );
}
