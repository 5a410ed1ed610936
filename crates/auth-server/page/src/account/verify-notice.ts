// Asks an unconfirmed person to open the mailed link.

import { element } from "../base/elements";
import type { SignedIn } from "../base/client";
import { resendLink } from "../signed-out/resend";
import type { Section } from "./section";

export function verifyNotice(signedIn: SignedIn): Section {
  const node = element(
    "aside",
    { class: "verify", "aria-label": "Confirm your e-mail address", "data-testid": "verify-notice" },
    element("p", {}, element("strong", {}, "Confirm your e-mail address. "), `Open the link that we sent to ${signedIn.user.email}.`),
    resendLink(signedIn.user.email),
  );
  const update = ({ user }: SignedIn) => {
    node.hidden = user.emailVerified;
  };
  update(signedIn);
  return { node, update };
}
