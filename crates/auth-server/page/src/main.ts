// Shows the view that fits the address and who is signed in.

import { account } from "./account/account";
import type { Section } from "./account/section";
import { signOutButton } from "./account/sign-out";
import { addressOf, notices, pathOf, takeAddress, type View } from "./base/address";
import { clearBanner, notice, problem } from "./base/banner";
import { client, type SignedIn } from "./base/client";
import { required } from "./base/elements";
import { wordsFor, wordsForCode } from "./base/words";
import { forgotPassword } from "./signed-out/forgot-password";
import { resetPassword } from "./signed-out/reset-password";
import { signIn } from "./signed-out/sign-in";
import { signUp } from "./signed-out/sign-up";

let address = takeAddress();
/** `undefined` until the server has said for the first time who is signed in. */
let signedIn: SignedIn | null | undefined;
let shownAccount: Required<Section> | undefined;
let farewell: string | undefined;

client.useSession.subscribe(({ data, isPending, isRefetching, error }) => {
  if (isPending || isRefetching) return;
  if (signedIn === undefined) start(data, error);
  else if (data?.user.id === signedIn?.user.id) keep(data);
  else change(data);
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-view]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link.dataset["view"] as View);
});

window.addEventListener("popstate", () => {
  address = takeAddress();
  clearBanner();
  showAndFocus();
});

/** The first view, with what the address had to say. */
function start(data: SignedIn | null, error: unknown): void {
  signedIn = data;
  show();
  if (address.error) problem(wordsForCode(address.error));
  else if (error) problem(wordsFor(error));
  else if (address.notice) notice(notices.get(address.notice) ?? "");
}

/** News about the person who is shown already. */
function keep(data: SignedIn | null): void {
  signedIn = data;
  if (data) shownAccount?.update(data);
}

/** Somebody else is signed in, or nobody any more. */
function change(data: SignedIn | null): void {
  signedIn = data;
  if (address.view !== "reset") address = addressOf("sign-in");
  history.replaceState(null, "", pathOf(address.view));
  showAndFocus();
  notice(data ? `You are signed in as ${data.user.name}.` : (farewell ?? "You have been signed out on this device."));
  farewell = undefined;
}

function open(view: View): void {
  address = addressOf(view);
  history.pushState(null, "", pathOf(view));
  clearBanner();
  showAndFocus();
}

function showAndFocus(): void {
  show();
  document.querySelector("h1")?.focus();
}

function show(): void {
  const isAccount = Boolean(signedIn) && address.view !== "reset";
  shownAccount = signedIn && isAccount ? account(signedIn) : undefined;
  required("view").replaceChildren(shownAccount?.node ?? signedOutView());
  required("top-actions").replaceChildren(...(isAccount ? [signOutButton(() => (farewell = "You are signed out."))] : []));
  document.title = document.querySelector("h1")?.textContent ?? "Account";
}

function signedOutView(): HTMLElement {
  switch (address.view) {
    case "sign-in":
      return signIn();
    case "sign-up":
      return signUp();
    case "forgot":
      return forgotPassword();
    case "reset":
      return resetPassword(address.token, () => {
        open("sign-in");
        notice("Your new password is set. Sign in with it from now on.");
      });
  }
}
