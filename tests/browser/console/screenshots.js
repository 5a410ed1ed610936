// Pictures of the console for the documentation, of people who are always the same.

import { open, operator, person } from "./steps.js";

/** Writes five pictures: a user in light, dark and on a phone, health in light, indexes in dark. */
export async function takeScreenshots(world, folder) {
  const ada = await person("Ada Lovelace", [agents.phone, agents.desktop], { email: "ada@example.com" });
  for (const [name, options] of Object.entries(pictures)) {
    const page = await operator(world, options);
    await open(page, ada);
    await page.screenshot({ path: `${folder}/console-user-${name}.png` });
  }
  for (const [name, colorScheme] of [["health", "light"], ["indexes", "dark"]]) {
    const page = await operator(world, { ...desktop, colorScheme });
    await page.goto(world.at(name));
    await page.screenshot({ path: `${folder}/console-${name}-${colorScheme}.png` });
  }
}

const agents = {
  phone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  desktop: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};
const desktop = { viewport: { width: 1120, height: 820 } };
const pictures = {
  light: { ...desktop, colorScheme: "light" },
  dark: { ...desktop, colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};
