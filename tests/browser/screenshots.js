// Pictures of the page for the documentation, of somebody who is always the same.

import { mailedLink } from "./mails.js";
import { password, seesAccount, seesDevices, seesSignIn, signIn } from "./steps.js";

/** Writes five pictures; Ada is made when she is not there yet. */
export async function takeScreenshots(world, folder) {
  await makeAda(world);
  await signIn(await world.device({ userAgent: agents.phone }), ada);
  await signIn(await world.device({ userAgent: agents.other }), ada);
  for (const [name, options] of Object.entries(accountPictures)) await accountPicture(world, options, `${folder}/${name}.png`);
  for (const colorScheme of ["light", "dark"]) {
    const page = await world.device({ ...desktop, colorScheme, viewport: { width: 1120, height: 720 } });
    await page.goto("/");
    await seesSignIn(page);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${folder}/sign-in-${colorScheme}.png` });
  }
}

async function makeAda(world) {
  const page = await world.device({ userAgent: agents.here });
  await page.goto("/");
  const data = { ...ada, password, callbackURL: "/" };
  const answer = await page.context().request.post("/api/auth/sign-up/email", { data, headers: { origin: world.server } });
  if (answer.ok()) await page.goto(await mailedLink(ada.email, "/verify-email"));
  await signOutEverywhere(page, answer.ok());
}

/** Leaves Ada without a single session, so that the pictures know how many there are. */
async function signOutEverywhere(page, isSignedIn) {
  if (!isSignedIn) await signIn(page, ada);
  await page.evaluate(() => fetch("/api/auth/revoke-sessions", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }));
}

async function accountPicture(world, options, path) {
  const page = await world.device(options);
  await signIn(page, ada);
  await page.reload();
  await seesAccount(page, ada);
  await seesDevices(page, 3);
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path });
  await page.evaluate(() => fetch("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }));
}

const ada = { name: "Ada Lovelace", email: "ada@example.com" };
const agents = {
  here: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  phone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  other: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};
const desktop = { userAgent: agents.here, viewport: { width: 1120, height: 1000 }, deviceScaleFactor: 2 };
const accountPictures = {
  "page-light": { ...desktop, colorScheme: "light" },
  "page-dark": { ...desktop, colorScheme: "dark" },
  "page-phone": { ...desktop, colorScheme: "light", viewport: { width: 390, height: 844 } },
};
