// The steps in their order, and what a flavour must have for them. One of three parameters runs twice: from the first side to
// the second, and back.

import { accounts } from "./accounts.js";
import { cookieCache } from "./cookie-cache.js";
import { cookiesOfBoth } from "./cookies-of-both.js";
import { crossing } from "./crossing.js";
import { deletion } from "./deletion.js";
import { endings } from "./endings.js";
import { entries } from "./entries.js";
import { extension } from "./extension.js";
import { mails } from "./mails.js";
import { olderStates } from "./older-states.js";
import { passwords } from "./passwords.js";
import { races } from "./races.js";
import { rateLimits } from "./rate-limits.js";
import { resets } from "./resets.js";
import { rowsOfAccounts } from "./rows-of-accounts.js";
import { rowsOfProviders } from "./rows-of-providers.js";
import { rowsOfTokens } from "./rows-of-tokens.js";
import { secondaryStorage } from "./secondary-storage.js";
import { sessions } from "./sessions.js";
import { tokens } from "./tokens.js";

export const steps = [
  ["accounts", accounts],
  ["sessions", sessions],
  ["passwords", passwords],
  ["password resets", resets],
  ["mails", mails],
  ["tokens of providers", tokens],
  ["crossing at a provider", crossing],
  ["older states of providers", olderStates, ["rows"]],
  ["endings", endings],
  ["extension", extension],
  ["deletion", deletion],
  ["races", races],
  ["rows of accounts", rowsOfAccounts, ["rows"]],
  ["rows of providers", rowsOfProviders],
  ["rows of tokens", rowsOfTokens, ["rows"]],
  ["secondary storage", secondaryStorage, ["storage"]],
  ["entries of the storage", entries, ["storage"]],
  ["cookie cache", cookieCache, ["cache"]],
  ["cookies of both", cookiesOfBoth, ["cache"]],
  ["rate limits", rateLimits, ["limits"]],
];
