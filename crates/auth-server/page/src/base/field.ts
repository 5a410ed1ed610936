// A labelled input.

import { element, freshId } from "./elements";

export interface Field {
  name: string;
  label: string;
  type?: "text" | "email" | "password" | "url";
  autocomplete: AutoFill;
  value?: string;
  hint?: string;
  minLength?: number;
  isOptional?: boolean;
  isReadOnly?: boolean;
}

export interface CheckField {
  name: string;
  label: string;
  isChecked: boolean;
}

/** An input under its label, with its hint below. */
export function fieldRow(field: Field): HTMLElement {
  const id = freshId(field.name);
  const hintId = field.hint ? `${id}-hint` : undefined;
  const input = element("input", {
    id,
    name: field.name,
    type: field.type ?? "text",
    autocomplete: field.autocomplete,
    required: !field.isOptional,
    readonly: field.isReadOnly,
    minlength: field.minLength,
    "aria-describedby": hintId,
    spellcheck: field.type ? "false" : undefined,
    autocapitalize: field.type ? "none" : undefined,
  });
  input.value = field.value ?? "";
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, field.label),
    field.type === "password" ? withReveal(input, field.label) : input,
    field.hint && element("p", { class: "hint", id: hintId }, field.hint),
  );
}

/** A check box before its label. */
export function checkRow(field: CheckField): HTMLElement {
  const id = freshId(field.name);
  const input = element("input", { id, name: field.name, type: "checkbox" });
  input.checked = field.isChecked;
  input.defaultChecked = field.isChecked;
  return element("div", { class: "check" }, input, element("label", { for: id }, field.label));
}

type AutoFill = "username" | "email" | "name" | "url" | "photo" | "current-password" | "new-password" | "off";

function withReveal(input: HTMLInputElement, label: string): HTMLElement {
  const reveal = element("button", { type: "button", class: "reveal", "aria-pressed": "false" }, "Show");
  reveal.setAttribute("aria-label", `Show ${label.toLowerCase()}`);
  reveal.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(isShown));
    reveal.textContent = isShown ? "Hide" : "Show";
  });
  return element("div", { class: "revealing" }, input, reveal);
}
