// The frame of every view that needs nobody signed in.

import { pathOf, type View } from "../base/address";
import { element, type Child } from "../base/elements";

/** A view with the page's only first-level heading. */
export function card(title: string, ...children: Child[]): HTMLElement {
  return element("div", { class: "card" }, element("h1", { tabindex: -1 }, title), ...children);
}

/** A link to another view; the page follows it without loading itself anew. */
export function viewLink(view: View, text: string): HTMLAnchorElement {
  return element("a", { href: pathOf(view), "data-view": view }, text);
}
