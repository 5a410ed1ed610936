// Writes ../static: the bundle, the style sheet, the document and the licences of what is bundled.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences } from "./licences.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../static/", import.meta.url));

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { page: "src/page.css" },
  outdir: out,
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
});
await copyFile(`${here}src/index.html`, `${out}index.html`);
await writeFile(`${out}page.js.LEGAL.txt`, await licences(here, Object.keys(metafile.inputs)));

for (const name of ["index.html", "page.css", "page.js", "page.js.LEGAL.txt"]) {
  console.log(`${name}: ${(await readFile(out + name)).length} bytes`);
}
