// Who is signed in: picture or initials, name, address.

import { element } from "../base/elements";
import type { SignedIn, User } from "../base/client";
import type { Section } from "./section";

export function identity(signedIn: SignedIn): Section {
  const avatar = element("div", { class: "avatar", "aria-hidden": "true" });
  const name = element("p", { class: "identity-name", "data-testid": "user-name" });
  const email = element("span", { "data-testid": "user-email" });
  const badge = element("span", { class: "badge", "data-testid": "user-verified" });
  const node = element(
    "div",
    { class: "identity" },
    avatar,
    element("div", {}, element("h1", { tabindex: -1 }, "Your account"), name, element("p", { class: "identity-email" }, email, badge)),
  );
  const update = ({ user }: SignedIn) => {
    avatar.replaceChildren(picture(user, avatar));
    name.textContent = user.name;
    email.textContent = user.email;
    badge.textContent = user.emailVerified ? "Confirmed" : "Not confirmed";
    badge.classList.toggle("badge-good", user.emailVerified);
  };
  update(signedIn);
  return { node, update };
}

/** The picture when it is a web address and loads, else the initials. */
function picture(user: User, avatar: HTMLElement): Node {
  const initials = document.createTextNode(initialsOf(user.name || user.email));
  if (!user.image || !/^(https:|data:image\/)/i.test(user.image)) return initials;
  const image = element("img", { alt: "", referrerpolicy: "no-referrer", width: 64, height: 64 });
  image.addEventListener("error", () => avatar.replaceChildren(initials));
  image.src = user.image;
  return image;
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}
