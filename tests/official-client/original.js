// The original server, configured as the server under test has to be: what the cases say is checked against it.

import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import { CLIENT_ID, CLIENT_SECRET } from "./provider/token.js";

const { SERVER_URL, MAIL_FILE, PROVIDER_PORT } = process.env;
const provider = `http://127.0.0.1:${PROVIDER_PORT}`;

const TOKENS = ["accessToken", "refreshToken", "idToken", "accessTokenExpiresAt", "refreshTokenExpiresAt", "scope"];

const auth = betterAuth({
  baseURL: SERVER_URL,
  secret: "a secret of this test alone, used nowhere else 0123456789",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  // Most cases provoke errors on purpose.
  logger: { disabled: !process.env.ORIGINAL_LOG },
  emailAndPassword: {
    enabled: true,
    sendResetPassword: ({ user, url, token }) => mail("reset-password", user.email, url, token),
  },
  emailVerification: {
    sendOnSignUp: true,
    sendVerificationEmail: ({ user, url, token }) => mail("verify-email", user.email, url, token),
  },
  user: {
    changeEmail: {
      enabled: true,
      sendChangeEmailConfirmation: ({ user, newEmail, url, token }) =>
        mail("change-email", user.email, url, token, { newEmail }),
    },
    deleteUser: {
      enabled: true,
      sendDeleteAccountVerification: ({ user, url, token }) => mail("delete-account", user.email, url, token),
    },
  },
  databaseHooks: {
    user: { create: { before: absentIsNull(["image"]) } },
    account: { create: { before: absentIsNull(TOKENS) } },
  },
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: "mock-oauth",
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          authorizationUrl: `${provider}/oauth/authorize`,
          tokenUrl: `${provider}/oauth/token`,
          userInfoUrl: `${provider}/oauth/userinfo`,
          scopes: ["email"],
        },
        {
          providerId: "mock-oidc",
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          discoveryUrl: `${provider}/oidc/.well-known/openid-configuration`,
          scopes: ["openid", "email", "profile"],
        },
      ],
    }),
  ],
});

/** Fills columns with null, as every SQL database does and the memory adapter does not. */
function absentIsNull(columns) {
  return async (row) => {
    const filled = columns.map((name) => [name, row[name] ?? null]);
    return { data: { ...row, ...Object.fromEntries(filled) } };
  };
}

async function mail(kind, to, url, token, more = {}) {
  appendFileSync(MAIL_FILE, `${JSON.stringify({ kind, to, url, token, ...more })}\n`);
}

const { hostname, port } = new URL(SERVER_URL);
createServer(toNodeHandler(auth)).listen(Number(port), hostname);
