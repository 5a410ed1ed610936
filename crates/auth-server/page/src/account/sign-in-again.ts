// Signing in anew without leaving the page, for what asks for a fresh session.

import { Outcome } from "../base/action";
import { ask, Failure } from "../base/ask";
import { client, type SignedIn } from "../base/client";
import { modal } from "../base/dialog";
import { button, element } from "../base/elements";
import { form } from "../base/form";
import { providerButton, providers } from "../base/providers";

/** Does the work, and when the session is too old for it: signs in again, then does it once more. */
export async function withFreshSession<T>(signedIn: SignedIn, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.asksForFreshSession) throw thrown;
    if (!(await signInAgain(signedIn))) throw thrown;
    return work();
  }
}

/** Asks for the password; the session that it replaces is ended. */
export async function signInAgain({ user, session }: SignedIn): Promise<boolean> {
  const offered = await providers();
  return modal("Sign in again", (close) => {
    const outcome = new Outcome();
    return [
      element("p", {}, "You signed in a while ago. For your safety, please do it again first."),
      form({
        testId: "sign-in-again-form",
        fields: [
          { name: "email", label: "E-mail", type: "email", autocomplete: "username", value: user.email, isReadOnly: true },
          { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
        ],
        submit: "Sign in again",
        send: async (values) => {
          await ask(client.signIn.email({ email: user.email, password: values.text("password") }));
          // The replaced session would only look like one more device; should this fail, it expires by itself.
          await client.revokeSession({ token: session.token }).catch(() => undefined);
          close(true);
        },
      }),
      ...offered.map((provider) => providerButton(provider, outcome)),
      outcome.node,
      button("Cancel", "quiet", () => close(false)),
    ];
  });
}
