// Better Auth on the database, configured as the other side is.

import { appendFileSync } from "node:fs";
import { betterAuth } from "better-auth";
import { genericOAuth } from "better-auth/plugins";
import { CLIENT_ID, CLIENT_SECRET } from "../../official-client/provider/token.js";

/** `environment` is `{baseUrl, origin, secret, mailFile, providerPort}`: the address of both sides, and the own one. */
export async function onDatabase({ engine, flavour, url }, environment) {
  const models = behaviour(environment);
  const both = (model) => [model, { ...models[model], ...flavour.options[model] }];
  return betterAuth({
    ...settings(environment),
    ...flavour.options,
    ...Object.fromEntries(MODELS.map(both)),
    database: await flavour.database(engine, url),
  });
}

function settings({ baseUrl, origin, secret, providerPort, mailFile }) {
  const send = (kind) => ({ user, url, token }) => mail(mailFile, kind, user.email, url, token);
  return {
    baseURL: baseUrl,
    trustedOrigins: [origin].filter(Boolean),
    secret,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Some steps provoke errors on purpose.
    logger: { disabled: !process.env.ORIGINAL_LOG },
    emailAndPassword: { enabled: true, sendResetPassword: send("reset-password") },
    emailVerification: { sendOnSignUp: true, sendVerificationEmail: send("verify-email") },
    plugins: [genericOAuth({ config: providers(`http://127.0.0.1:${providerPort}`) })],
  };
}

function behaviour({ mailFile }) {
  return {
    user: {
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: ({ user, newEmail, url, token }) =>
          mail(mailFile, "change-email", user.email, url, token, { newEmail }),
      },
      deleteUser: {
        enabled: true,
        sendDeleteAccountVerification: ({ user, url, token }) =>
          mail(mailFile, "delete-account", user.email, url, token),
      },
    },
    account: { encryptOAuthTokens: true },
  };
}

function providers(at) {
  const client = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  return [
    {
      ...client,
      providerId: "mock-oauth",
      authorizationUrl: `${at}/oauth/authorize`,
      tokenUrl: `${at}/oauth/token`,
      userInfoUrl: `${at}/oauth/userinfo`,
      scopes: ["email"],
    },
    {
      ...client,
      providerId: "mock-oidc",
      discoveryUrl: `${at}/oidc/.well-known/openid-configuration`,
      scopes: ["openid", "profile", "email"],
    },
  ];
}

async function mail(file, kind, to, url, token, more = {}) {
  appendFileSync(file, `${JSON.stringify({ kind, to, url, token, ...more })}\n`);
}

const MODELS = ["user", "session", "account", "verification"];
