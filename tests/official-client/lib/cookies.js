// A cookie jar for one origin: names, values and nothing else, since every cookie here has Path=/.

/** Reads a Set-Cookie line into `{name, value, attributes}`, attribute names in lower case. */
export function parseSetCookie(line) {
  const [pair, ...rest] = line.split(";").map((part) => part.trim());
  const [name, value] = split(pair);
  const attributes = Object.fromEntries(rest.map(split).map(([key, given]) => [key.toLowerCase(), given ?? true]));
  return { name, value: value ?? "", attributes };
}

export class Cookies {
  #values = new Map();

  /** Takes over what a response sets, and drops what it expires. */
  store({ name, value, attributes }) {
    const isExpired = attributes["max-age"] === "0" || Date.parse(attributes.expires) <= Date.now();
    if (isExpired) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  get(name) {
    return this.#values.get(name);
  }

  set(name, value) {
    this.#values.set(name, value);
  }

  /** Names and values. */
  [Symbol.iterator]() {
    return this.#values.entries();
  }

  get isEmpty() {
    return this.#values.size === 0;
  }

  /** The Cookie header. */
  toString() {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

function split(pair) {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
}
