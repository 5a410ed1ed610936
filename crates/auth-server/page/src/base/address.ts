// The page's address: which view it names and what it was sent along.

export type View = "sign-in" | "sign-up" | "forgot" | "reset";

export interface Address {
  view: View;
  /** The secret of a mailed reset link. */
  token: string | undefined;
  error: string | undefined;
  notice: string | undefined;
}

/** Reads the address and takes what is meant for one reading out of it, so that no history keeps it. */
export function takeAddress(): Address {
  const query = new URLSearchParams(location.search);
  const token = query.get("token") ?? undefined;
  const address: Address = {
    view: token ? "reset" : viewNamed(query.get("view")),
    token,
    error: query.get("error") ?? undefined,
    notice: query.get("notice") ?? undefined,
  };
  if (location.search) history.replaceState(null, "", pathOf(address.view));
  return address;
}

/** The path under which a view is found again. */
export function pathOf(view: View): string {
  return view === "sign-in" ? "/" : `/?view=${view}`;
}

/** Where the mailed links and the providers come back to. */
export const returnTo = {
  home: "/",
  reset: "/?view=reset",
  verified: "/?notice=verified",
  emailChange: "/?notice=email-change",
  deleted: "/?notice=deleted",
  linked: "/?notice=linked",
};

/** What the page says on such a return, by the name in the address. */
export const notices = new Map([
  ["verified", "Your e-mail address is confirmed."],
  ["email-change", "Thank you. If we sent a link to your new address as well, open it to finish the change."],
  ["deleted", "Your account is deleted."],
  ["linked", "The account is linked."],
]);

/** The address of a view that nothing was sent along with. */
export function addressOf(view: View): Address {
  return { view, token: undefined, error: undefined, notice: undefined };
}

function viewNamed(name: string | null): View {
  return views.find((view) => view === name) ?? "sign-in";
}

const views: View[] = ["sign-in", "sign-up", "forgot", "reset"];
