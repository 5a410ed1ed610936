// Builds elements: text only ever becomes text nodes, never markup.

type Attribute = string | number | boolean | undefined;
export type Child = Node | string | null | undefined | false;

/** Creates `<tag>`; `true` sets a bare attribute, `false` and `undefined` leave it out. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter(isShown));
  return node;
}

/** Creates a button that does not submit. */
export function button(label: string, kind: ButtonKind, onClick: () => void, attributes: Record<string, Attribute> = {}) {
  const node = element("button", { type: "button", class: `button button-${kind}`, ...attributes }, label);
  node.addEventListener("click", onClick);
  return node;
}

/** Finds an element that `index.html` promises. */
export function required(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the document has no #${id}`);
  return node;
}

/** An id that no other element has, to join labels and hints to fields. */
export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

export type ButtonKind = "primary" | "plain" | "quiet" | "danger";

function isShown(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false;
}

let counter = 0;
