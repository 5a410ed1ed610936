// The licence of every package that ended up in the bundle, as one text.

import { readdir, readFile } from "node:fs/promises";

/** `inputs` are the bundled files, relative to `here`, as esbuild names them. */
export async function licences(here, inputs) {
  const folders = new Set(inputs.map(packageFolder).filter(Boolean));
  const texts = await Promise.all([...folders].sort().map((folder) => licence(here, folder)));
  return `page.js contains the following packages.\n${texts.join("")}`;
}

function packageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

async function licence(here, folder) {
  const { name, version, license, author } = JSON.parse(await readFile(`${here}${folder}/package.json`, "utf8"));
  const file = (await readdir(here + folder)).sort().find((entry) => /^licen[cs]e/i.test(entry));
  const by = typeof author === "string" ? author : author?.name;
  const text = file
    ? (await readFile(`${here}${folder}/${file}`, "utf8")).replaceAll("\r\n", "\n").trim()
    : `Published under the ${license} licence${by ? ` by ${by}` : ""}; the package carries no licence file.`;
  return `\n${"-".repeat(72)}\n${name} ${version} (${license})\n\n${text}\n`;
}
