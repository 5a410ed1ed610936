// Where the person is signed in, and ending it there.

import { action, Outcome } from "../base/action";
import { ask, Failure } from "../base/ask";
import { client, type SignedIn } from "../base/client";
import { confirmed } from "../base/dialog";
import { button, element } from "../base/elements";
import { deviceRow, type Session } from "./device-row";
import { focusHeading, sectionFrame, type Section } from "./section";
import { signInAgain, withFreshSession } from "./sign-in-again";

export function devices(first: SignedIn): Section {
  let signedIn = first;
  const list = element("ul", { class: "rows", "data-testid": "device-list", "aria-busy": "true" });
  const outcome = new Outcome();
  const revokeOthers = action("Sign out all other devices", "plain", outcome, async () => {
    if (!(await confirmed(questionForAll))) return undefined;
    await ask(client.revokeOtherSessions());
    await load();
    focusHeading(node);
    return "All other devices are signed out.";
  });
  revokeOthers.hidden = true;
  const node = sectionFrame(
    "devices",
    "Devices",
    "Where you are signed in. Sign out whatever you do not recognise.",
    list,
    element("div", { class: "form-end" }, revokeOthers, outcome.node),
  );

  const revoke = (session: Session, name: string) =>
    action("Sign out", "plain", outcome, async () => {
      if (!(await confirmed(questionFor(name)))) return undefined;
      await ask(client.revokeSession({ token: session.token }));
      await load();
      focusHeading(node);
      return `${name} is signed out.`;
    });

  const show = (sessions: Session[]) => {
    const current = signedIn.session.token;
    const sorted = [...sessions].sort((a, b) => rank(b, current) - rank(a, current));
    list.replaceChildren(...sorted.map((session) => deviceRow(session, session.token === current, revoke)));
    revokeOthers.hidden = sessions.length < 2;
  };

  const load = async () => {
    list.setAttribute("aria-busy", "true");
    try {
      show(await ask(client.listSessions()));
    } catch (thrown) {
      revokeOthers.hidden = true;
      if (!(thrown instanceof Failure) || !thrown.asksForFreshSession) throw thrown;
      list.replaceChildren(tooOld(() => void reload()));
    } finally {
      list.removeAttribute("aria-busy");
    }
  };

  /** Asks to sign in again by dialog instead of by a row, since somebody pressed for it. */
  const reload = async () => {
    try {
      if (await signInAgain(signedIn)) show(await withFreshSession(signedIn, () => ask(client.listSessions())));
      focusHeading(node);
    } catch (thrown) {
      outcome.fail(thrown);
    }
  };

  const loadOrSay = () => load().catch((thrown: unknown) => outcome.fail(thrown));
  void loadOrSay();
  return {
    node,
    update(next) {
      const isOther = next.session.token !== signedIn.session.token;
      signedIn = next;
      if (isOther) void loadOrSay();
    },
  };
}

/** The current device first, then the latest sign-ins. */
function rank(session: Session, current: string): number {
  return session.token === current ? Number.MAX_VALUE : new Date(session.createdAt).getTime();
}

function tooOld(onPress: () => void): HTMLLIElement {
  return element(
    "li",
    { class: "row", "data-testid": "not-fresh" },
    element("p", { class: "row-text" }, "You signed in a while ago. Sign in again to see your devices."),
    button("Sign in again", "plain", onPress),
  );
}

function questionFor(name: string) {
  return {
    title: "Sign out this device?",
    text: `${name} will have to sign in again.`,
    confirm: "Sign out",
  };
}

const questionForAll = {
  title: "Sign out all other devices?",
  text: "Only this device stays signed in.",
  confirm: "Sign out others",
};
