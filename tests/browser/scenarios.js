// All scenarios, in the order in which they run; each makes its own person.

import * as devices from "./scenarios/devices.js";
import * as everybody from "./scenarios/everybody.js";
import * as keyboard from "./scenarios/keyboard.js";
import * as mails from "./scenarios/mails.js";
import * as passwords from "./scenarios/passwords.js";
import * as profile from "./scenarios/profile.js";
import * as providers from "./scenarios/providers.js";

export const scenarios = [mails, devices, profile, passwords, keyboard, providers, everybody].flatMap((module) =>
  Object.entries(module.scenarios),
);
