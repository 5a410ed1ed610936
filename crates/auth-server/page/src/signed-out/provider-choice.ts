// The buttons for signing in by a provider; absent when the server has none.

import { Outcome } from "../base/action";
import { element } from "../base/elements";
import { providerButton, providers } from "../base/providers";

export function providerChoice(): HTMLElement {
  const choice = element("div", { class: "providers", "data-testid": "providers", hidden: true });
  void fill(choice);
  return choice;
}

async function fill(choice: HTMLElement): Promise<void> {
  const list = await providers();
  if (list.length === 0) return;
  const outcome = new Outcome();
  choice.append(
    ...list.map((provider) => providerButton(provider, outcome)),
    outcome.node,
    element("p", { class: "or" }, element("span", {}, "or with your e-mail")),
  );
  choice.hidden = false;
}
