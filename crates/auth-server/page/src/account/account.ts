// Everything that a signed-in person sees.

import type { SignedIn } from "../base/client";
import { element } from "../base/elements";
import { changeEmail } from "./change-email";
import { changePassword } from "./change-password";
import { deleteAccount } from "./delete-account";
import { devices } from "./devices";
import { identity } from "./identity";
import { linkedAccounts } from "./linked-accounts";
import { profile } from "./profile";
import type { Section } from "./section";
import { verifyNotice } from "./verify-notice";

export function account(signedIn: SignedIn): Required<Section> {
  const sections: Section[] = [
    identity(signedIn),
    verifyNotice(signedIn),
    devices(signedIn),
    profile(signedIn),
    changeEmail(),
    changePassword(),
    linkedAccounts(signedIn),
    deleteAccount(signedIn),
  ];
  return {
    node: element("div", { class: "account" }, ...sections.map((section) => section.node)),
    update: (next) => sections.forEach((section) => section.update?.(next)),
  };
}
