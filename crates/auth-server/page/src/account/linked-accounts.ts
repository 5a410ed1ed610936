// The ways to sign in: password and providers.

import { action, Outcome } from "../base/action";
import { returnTo } from "../base/address";
import { ask } from "../base/ask";
import { client, type SignedIn } from "../base/client";
import { confirmed } from "../base/dialog";
import { element } from "../base/elements";
import { providers, type Provider, type SocialProvider } from "../base/providers";
import { timeElement } from "../base/time";
import { focusHeading, sectionFrame, type Section } from "./section";
import { withFreshSession } from "./sign-in-again";

export function linkedAccounts(first: SignedIn): Section {
  let signedIn = first;
  const list = element("ul", { class: "rows", "data-testid": "account-list" });
  const links = element("div", { class: "buttons" });
  const outcome = new Outcome();
  const node = sectionFrame("linked-accounts", "Linked accounts", "The ways in which you can sign in.", list, links, outcome.node);

  const unlink = (account: Account, name: string) =>
    action("Unlink", "plain", outcome, async () => {
      if (!(await confirmed(questionFor(name)))) return undefined;
      await withFreshSession(signedIn, () => ask(client.unlinkAccount({ accountId: account.id })));
      await load();
      focusHeading(node);
      return `${name} is unlinked.`;
    });

  const link = (provider: Provider) =>
    action(`Link ${provider.name}`, "plain", outcome, async () => {
      await ask(
        client.linkSocial({
          provider: provider.id as SocialProvider,
          callbackURL: returnTo.linked,
          errorCallbackURL: returnTo.home,
        }),
      );
    });

  const load = async () => {
    const [accounts, offered] = await Promise.all([ask(client.listAccounts()), providers()]);
    const linked = new Set(accounts.map((account) => account.providerId));
    list.replaceChildren(
      ...accounts.map((account) => {
        const name = nameOf(account, offered);
        return accountRow(account, name, accounts.length > 1 ? unlink(account, name) : undefined);
      }),
    );
    links.replaceChildren(...offered.filter((provider) => !linked.has(provider.id)).map(link));
  };

  load().catch((thrown: unknown) => outcome.fail(thrown));
  return {
    node,
    update(next) {
      signedIn = next;
    },
  };
}

type Account = NonNullable<Awaited<ReturnType<typeof client.listAccounts>>["data"]>[number];

/** The last way in has no button, since the server would refuse. */
function accountRow(account: Account, name: string, unlink: HTMLButtonElement | undefined): HTMLLIElement {
  unlink?.setAttribute("aria-label", `Unlink ${name}`);
  return element(
    "li",
    { class: "row", "data-testid": "linked-account" },
    element(
      "div",
      { class: "row-text" },
      element("p", { class: "row-title" }, name),
      element("p", { class: "row-detail" }, "linked ", timeElement(account.createdAt)),
    ),
    unlink,
  );
}

function nameOf(account: Account, offered: Provider[]): string {
  if (account.providerId === "credential") return "Password";
  return offered.find((provider) => provider.id === account.providerId)?.name ?? account.providerId;
}

function questionFor(name: string) {
  return {
    title: `Unlink ${name}?`,
    text: "You can no longer sign in this way.",
    confirm: "Unlink",
    isDangerous: true,
  };
}
