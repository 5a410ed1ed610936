// Every case, in the order in which they run: pairs of a name and a function of the world.

import accessToken from "./access-token.js";
import accountInfo from "./account-info.js";
import badInput from "./bad-input.js";
import changeEmail from "./change-email.js";
import changePassword from "./change-password.js";
import deleteUser from "./delete-user.js";
import duplicateEmail from "./duplicate-email.js";
import errorPage from "./error-page.js";
import getSession from "./get-session.js";
import idToken from "./id-token.js";
import linkSocial from "./link-social.js";
import listAccounts from "./list-accounts.js";
import listSessions from "./list-sessions.js";
import oidcDiscovery from "./oidc-discovery.js";
import oidcSignIn from "./oidc-sign-in.js";
import ok from "./ok.js";
import origin from "./origin.js";
import provider from "./provider.js";
import refreshToken from "./refresh-token.js";
import rememberMe from "./remember-me.js";
import requestPasswordReset from "./request-password-reset.js";
import resetLink from "./reset-link.js";
import resetPassword from "./reset-password.js";
import revokeOtherSessions from "./revoke-other-sessions.js";
import revokeSession from "./revoke-session.js";
import revokeSessions from "./revoke-sessions.js";
import sendVerificationEmail from "./send-verification-email.js";
import signIn from "./sign-in.js";
import signOut from "./sign-out.js";
import signUp from "./sign-up.js";
import socialErrors from "./social-errors.js";
import socialSignIn from "./social-sign-in.js";
import socialState from "./social-state.js";
import unlinkAccount from "./unlink-account.js";
import updateUser from "./update-user.js";
import verifyEmail from "./verify-email.js";
import verifyPassword from "./verify-password.js";

const topics = {
  provider,
  ok,
  "error-page": errorPage,
  "sign-up": signUp,
  "duplicate-email": duplicateEmail,
  "get-session": getSession,
  "sign-in": signIn,
  "remember-me": rememberMe,
  "sign-out": signOut,
  "update-user": updateUser,
  "list-sessions": listSessions,
  "revoke-session": revokeSession,
  "revoke-other-sessions": revokeOtherSessions,
  "revoke-sessions": revokeSessions,
  "change-password": changePassword,
  "verify-password": verifyPassword,
  "verify-email": verifyEmail,
  "send-verification-email": sendVerificationEmail,
  "request-password-reset": requestPasswordReset,
  "reset-link": resetLink,
  "reset-password": resetPassword,
  "change-email": changeEmail,
  "social-sign-in": socialSignIn,
  "social-state": socialState,
  "social-errors": socialErrors,
  "oidc-discovery": oidcDiscovery,
  "oidc-sign-in": oidcSignIn,
  "id-token": idToken,
  "link-social": linkSocial,
  "list-accounts": listAccounts,
  "account-info": accountInfo,
  "access-token": accessToken,
  "refresh-token": refreshToken,
  "unlink-account": unlinkAccount,
  origin,
  "bad-input": badInput,
  "delete-user": deleteUser,
};

export const cases = Object.entries(topics).flatMap(([topic, named]) =>
  Object.entries(named).map(([name, run]) => [`${topic}: ${name}`, run]),
);
