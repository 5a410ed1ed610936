// A button that asks the server, with its answer beside it.

import { Failure } from "./ask";
import { askWhoIsSignedIn } from "./client";
import { button, element, type ButtonKind } from "./elements";
import { wordsFor } from "./words";

/** Where the outcome of a section's buttons is said. */
export class Outcome {
  readonly node = element("div", { class: "outcome" });
  private readonly problem = element("div", { class: "problem", role: "alert", tabindex: -1 });
  private readonly success = element("div", { class: "success", role: "status" });

  constructor() {
    this.node.append(this.problem, this.success);
  }

  clear(): void {
    this.problem.replaceChildren();
    this.success.replaceChildren();
  }

  say(text: string): void {
    this.success.textContent = text;
  }

  fail(thrown: unknown): void {
    if (thrown instanceof Failure && thrown.isSignedOut) askWhoIsSignedIn();
    this.problem.textContent = wordsFor(thrown);
    this.problem.focus();
  }
}

/** A button whose work runs once at a time; the text it gives is said as success. */
export function action(label: string, kind: ButtonKind, outcome: Outcome, work: () => Promise<string | void>): HTMLButtonElement {
  const node = button(label, kind, async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    outcome.clear();
    node.setAttribute("aria-busy", "true");
    try {
      const said = await work();
      if (said) outcome.say(said);
    } catch (thrown) {
      outcome.fail(thrown);
    } finally {
      node.removeAttribute("aria-busy");
    }
  });
  return node;
}
