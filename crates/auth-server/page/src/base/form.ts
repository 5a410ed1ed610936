// A form that says next to itself how sending went.

import { askWhoIsSignedIn } from "./client";
import { Failure } from "./ask";
import { element, type Child } from "./elements";
import { checkRow, fieldRow, type CheckField, type Field } from "./field";
import { wordsFor } from "./words";

export interface FormParts {
  testId: string;
  fields: Field[];
  checks?: CheckField[];
  submit: string;
  kind?: "primary" | "plain";
  /** Shown between the fields and the button. */
  beside?: Child;
  /** Sends the values; the text it gives is shown as success. */
  send(values: Values): Promise<string | void>;
  /** Offers more than words about a failure; `undefined` leaves it at the words. */
  onFailure?(failure: Failure, values: Values): Node | undefined;
  /** Keeps what was typed after success. */
  keepsValues?: boolean;
}

export interface Values {
  text(name: string): string;
  isChecked(name: string): boolean;
}

/** Builds the form; while it sends, a second submit does nothing. */
export function form(parts: FormParts): HTMLFormElement {
  const problem = element("div", { class: "problem", role: "alert", tabindex: -1 });
  const success = element("div", { class: "success", role: "status" });
  const submit = element("button", { type: "submit", class: `button button-${parts.kind ?? "primary"}` }, parts.submit);
  const node = element(
    "form",
    { class: "form", "data-testid": parts.testId },
    problem,
    ...parts.fields.map(fieldRow),
    ...(parts.checks ?? []).map(checkRow),
    parts.beside,
    element("div", { class: "form-end" }, submit, success),
  );

  const showFailure = (thrown: unknown, values: Values) => {
    const failure = thrown instanceof Failure ? thrown : undefined;
    if (failure?.isSignedOut) askWhoIsSignedIn();
    problem.replaceChildren(element("p", {}, wordsFor(thrown)));
    const more = failure && parts.onFailure?.(failure, values);
    if (more) problem.append(more);
    problem.focus();
  };

  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (node.getAttribute("aria-busy") === "true") return;
    const values = valuesOf(node);
    problem.replaceChildren();
    success.replaceChildren();
    node.setAttribute("aria-busy", "true");
    try {
      const said = await parts.send(values);
      if (!parts.keepsValues) node.reset();
      if (said) success.textContent = said;
    } catch (thrown) {
      showFailure(thrown, values);
    } finally {
      node.removeAttribute("aria-busy");
    }
  });
  return node;
}

function valuesOf(node: HTMLFormElement): Values {
  const data = new FormData(node);
  return {
    text: (name) => String(data.get(name) ?? ""),
    isChecked: (name) => data.has(name),
  };
}
