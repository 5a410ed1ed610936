// The button that ends this device's session.

import { ask } from "../base/ask";
import { problem } from "../base/banner";
import { askWhoIsSignedIn, client } from "../base/client";
import { button } from "../base/elements";
import { wordsFor } from "../base/words";

/** `onDone` is called before the page learns that nobody is signed in. */
export function signOutButton(onDone: () => void): HTMLButtonElement {
  return button("Sign out", "plain", async () => {
    try {
      await ask(client.signOut());
      onDone();
      askWhoIsSignedIn();
    } catch (thrown) {
      problem(wordsFor(thrown));
    }
  });
}
