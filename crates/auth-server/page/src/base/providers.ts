// The providers that the server offers for signing in.

import { client } from "./client";
import { ask } from "./ask";
import { action, type Outcome } from "./action";
import { returnTo } from "./address";

export interface Provider {
  id: string;
  name: string;
}

/** Lists the providers; none when the server has none or does not tell. */
export async function providers(): Promise<Provider[]> {
  answer ??= load();
  return answer;
}

/** A button that leaves for the provider's own page. */
export function providerButton(provider: Provider, outcome: Outcome): HTMLButtonElement {
  return action(`Continue with ${provider.name}`, "plain", outcome, async () => {
    await ask(
      client.signIn.social({ provider: provider.id as SocialProvider, callbackURL: returnTo.home, errorCallbackURL: returnTo.home }),
    );
  });
}

/** The client's list of provider names, which a server may exceed. */
export type SocialProvider = Extract<Parameters<typeof client.signIn.social>[0]["provider"], string>;

async function load(): Promise<Provider[]> {
  try {
    const response = await fetch("/providers");
    const list: unknown = response.ok ? await response.json() : [];
    return Array.isArray(list) ? list.filter(isProvider) : [];
  } catch {
    return [];
  }
}

function isProvider(value: unknown): value is Provider {
  const { id, name } = (value ?? {}) as Partial<Provider>;
  return typeof id === "string" && typeof name === "string";
}

let answer: Promise<Provider[]> | undefined;
