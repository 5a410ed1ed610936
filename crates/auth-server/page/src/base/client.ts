// Better Auth's own client, bound to the server that sent the page.

import { createAuthClient } from "better-auth/client";

export const client = createAuthClient({ baseURL: window.location.origin });

export type SignedIn = typeof client.$Infer.Session;
export type User = SignedIn["user"];

/** Asks the server again who is signed in; whoever watches the session hears of it. */
export function askWhoIsSignedIn(): void {
  client.$store.notify("$sessionSignal");
}
