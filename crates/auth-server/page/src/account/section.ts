// The frame of every section of the account.

import { element, freshId, type Child } from "../base/elements";
import type { SignedIn } from "../base/client";

/** A section as the account shows it. */
export interface Section {
  node: HTMLElement;
  /** Takes over what changed about who is signed in. */
  update?(signedIn: SignedIn): void;
}

/** A region named by its heading; the heading can take the focus when what had it is gone. */
export function sectionFrame(testId: string, title: string, text: string, ...children: Child[]): HTMLElement {
  const id = freshId(testId);
  return element(
    "section",
    { class: "section", "aria-labelledby": id, "data-testid": testId },
    element("div", { class: "section-head" }, element("h2", { id, tabindex: -1 }, title), element("p", {}, text)),
    element("div", { class: "section-body" }, ...children),
  );
}

export function focusHeading(section: HTMLElement): void {
  section.querySelector("h2")?.focus();
}
