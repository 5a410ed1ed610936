// One device in the list.

import type { client } from "../base/client";
import { element } from "../base/elements";
import { timeElement } from "../base/time";
import { device } from "../base/user-agent";

export type Session = NonNullable<Awaited<ReturnType<typeof client.listSessions>>["data"]>[number];

/** `revoke` makes the button that ends the session; the current device has none. */
export function deviceRow(
  session: Session,
  isCurrent: boolean,
  revoke: (session: Session, name: string) => HTMLButtonElement,
): HTMLLIElement {
  const { name, isHandheld } = device(session.userAgent);
  const row = element(
    "li",
    { class: "row", "data-testid": "device" },
    symbol(isHandheld),
    element(
      "div",
      { class: "row-text" },
      element("p", { class: "row-title" }, name, isCurrent && element("span", { class: "badge badge-good" }, "This device")),
      element("p", { class: "row-detail" }, session.ipAddress, session.ipAddress && " · ", "signed in ", timeElement(session.createdAt)),
    ),
  );
  if (!isCurrent) {
    const end = revoke(session, name);
    end.setAttribute("aria-label", `Sign out ${name}`);
    row.append(end);
  }
  return row;
}

function symbol(isHandheld: boolean): SVGElement {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("class", "symbol");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svgNamespace, "path");
  path.setAttribute("d", isHandheld ? handheld : desktop);
  svg.append(path);
  return svg;
}

const svgNamespace = "http://www.w3.org/2000/svg";
const handheld = "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15a1.5 1.5 0 0 1-1.5 1.5H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2";
const desktop = "M4.5 4.5h15a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15V6a1.5 1.5 0 0 1 1.5-1.5zM8.5 20h7M12 16.5V20";
