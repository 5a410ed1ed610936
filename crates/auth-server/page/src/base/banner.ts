// What the page says above the view: one problem, one notice.

import { required } from "./elements";

/** Says something good or neutral, politely. */
export function notice(text: string): void {
  required("problem").replaceChildren();
  required("notice").textContent = text;
}

/** Says that something failed and moves the focus there. */
export function problem(text: string): void {
  required("notice").replaceChildren();
  required("problem").textContent = text;
  required("problem").focus();
}

export function clearBanner(): void {
  required("problem").replaceChildren();
  required("notice").replaceChildren();
}
