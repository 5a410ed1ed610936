// Says error codes in words that a person can act on.

import { Failure } from "./ask";

/** Words for anything that was thrown. */
export function wordsFor(thrown: unknown): string {
  if (!(thrown instanceof Failure)) return fallback;
  return known(thrown.code) ?? readable(thrown.message) ?? fallback;
}

/** Words for the `error` of the page's address, which anybody may have written. */
export function wordsForCode(code: string): string {
  return known(code) ?? known(code.toUpperCase()) ?? unknown(code);
}

function known(code: string): string | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined;
}

function unknown(code: string): string {
  return /^[\w-]{1,64}$/.test(code) ? `${fallback} (${code})` : fallback;
}

function readable(message: string): string | undefined {
  const text = message.replace(/\[(?:body|query)(?:\.[\w.]+)?\] /g, "").trim();
  if (!text) return undefined;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const fallback = "Something went wrong. Please try again.";
const deadLink = "This link is no longer valid. Please ask for a new one.";
const tooOld = "For your safety, please sign in again first.";
const interrupted = "The sign-in was interrupted. Please start again.";
const noAnswer = "The provider did not tell who you are. Please try again.";

const words: Record<string, string> = {
  UNREACHABLE: "The server cannot be reached. Check your connection and try again.",
  TOO_MANY_REQUESTS: "Too many attempts. Wait a moment and try again.",
  UNAUTHORIZED: "You are signed out. Please sign in again.",
  INTERNAL_SERVER_ERROR: fallback,
  INVALID_EMAIL_OR_PASSWORD: "The e-mail address or the password is wrong.",
  INVALID_PASSWORD: "The password is wrong.",
  INVALID_EMAIL: "This is not a valid e-mail address.",
  PASSWORD_TOO_SHORT: "This password is too short.",
  PASSWORD_TOO_LONG: "This password is too long.",
  USER_ALREADY_EXISTS: "There is already an account with this e-mail address.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "There is already an account with this e-mail address.",
  EMAIL_PASSWORD_SIGN_UP_DISABLED: "New accounts cannot be created here at the moment.",
  EMAIL_NOT_VERIFIED: "Please confirm your e-mail address first: open the link that we sent to you.",
  EMAIL_ALREADY_VERIFIED: "Your e-mail address is confirmed already.",
  CHANGE_EMAIL_DISABLED: "The e-mail address cannot be changed here.",
  CREDENTIAL_ACCOUNT_NOT_FOUND: "This account has no password yet. Sign out and choose “Forgot your password?” to set one.",
  FAILED_TO_UNLINK_LAST_ACCOUNT: "This is your only way to sign in, so it stays linked.",
  SOCIAL_ACCOUNT_ALREADY_LINKED: "This account is linked already.",
  LINKED_ACCOUNT_ALREADY_EXISTS: "This account is linked already.",
  PROVIDER_NOT_FOUND: "This provider is not available here.",
  SESSION_NOT_FRESH: tooOld,
  SESSION_EXPIRED: tooOld,
  INVALID_TOKEN: deadLink,
  TOKEN_EXPIRED: deadLink,
  INVALID_USER: "This link belongs to another account. Sign out and open it again.",
  USER_NOT_FOUND: "This account no longer exists.",
  INVALID_ORIGIN: "This page is not allowed to talk to this server.",
  // What providers and their callbacks answer, as `error` in the address.
  access_denied: "The sign-in was cancelled.",
  state_not_found: interrupted,
  state_mismatch: interrupted,
  state_invalid: interrupted,
  please_restart_the_process: interrupted,
  no_code: noAnswer,
  invalid_code: noAnswer,
  unable_to_get_user_info: noAnswer,
  email_not_found: "The provider did not tell your e-mail address.",
  email_not_verified: "Your e-mail address is not confirmed at this provider.",
  account_not_linked: "There is an account with this e-mail address. Sign in to it and link the provider there.",
  account_already_linked_to_different_user: "This provider's account belongs to somebody else here.",
  email_does_not_match: "The e-mail address at the provider is not the one of your account.",
  unable_to_link_account: "The account could not be linked. Please try again.",
  signup_disabled: "New accounts cannot be created here at the moment.",
  oauth_provider_not_found: "This provider is not available here.",
};
