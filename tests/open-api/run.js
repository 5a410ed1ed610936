// Holds the description of the HTTP interface against the OpenAPI schema of its version.

import { fileURLToPath } from "node:url";
import { Validator } from "@seriousme/openapi-schema-validator";

const document = fileURLToPath(new URL("../../crates/auth-axum/src/open_api.json", import.meta.url));
const validator = new Validator();
const { valid, errors } = await validator.validate(document);
if (!valid) console.log(JSON.stringify(errors, null, 2));
console.log(`${document.split("/").at(-1)}: OpenAPI ${validator.version}, ${valid ? "valid" : "INVALID"}`);
process.exitCode = valid && validator.version === "3.1" ? 0 : 1;
