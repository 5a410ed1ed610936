// Dialogs that ask before something is done.

import { button, element, freshId, type Child } from "./elements";

export interface Question {
  title: string;
  text: string;
  confirm: string;
  isDangerous?: boolean;
}

/** Asks; `false` when cancelled or closed. The focus goes back to where it was. */
export function confirmed(question: Question): Promise<boolean> {
  return modal(question.title, (close) => [
    element("p", {}, question.text),
    element(
      "div",
      { class: "dialog-actions" },
      button("Cancel", "plain", () => close(false)),
      button(question.confirm, question.isDangerous ? "danger" : "primary", () => close(true)),
    ),
  ]);
}

/** Shows a dialog until its content closes it, or Escape does. */
export function modal(title: string, content: (close: (isDone: boolean) => void) => Child[]): Promise<boolean> {
  return new Promise((resolve) => {
    const titleId = freshId("dialog");
    const dialog = element("dialog", { "aria-labelledby": titleId }, element("h2", { id: titleId }, title));
    let isDone = false;
    const close = (done: boolean) => {
      isDone = done;
      dialog.close();
    };
    dialog.append(...content(close).filter((child) => child !== null && child !== undefined && child !== false));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isDone);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
