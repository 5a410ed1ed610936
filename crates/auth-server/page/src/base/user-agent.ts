// Names a device by its user agent, as "Firefox on Linux".

export interface Device {
  name: string;
  isHandheld: boolean;
}

/** Never fails: what is not recognised is an unknown device. */
export function device(userAgent: string | null | undefined): Device {
  const text = userAgent ?? "";
  const browser = browsers.find(([mark]) => mark.test(text))?.[1];
  const system = systems.find(([mark]) => mark.test(text))?.[1];
  return { name: nameOf(browser, system), isHandheld: /iPhone|iPad|Android|Mobile/.test(text) };
}

function nameOf(browser: string | undefined, system: string | undefined): string {
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? "Unknown device";
}

// In this order: most browsers also name those that come after them.
const browsers: [RegExp, string][] = [
  [/EdgA?\/|EdgiOS\//, "Edge"],
  [/OPR\/|OPT\//, "Opera"],
  [/Vivaldi\//, "Vivaldi"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Version\/.*Safari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^node|undici/, "Node.js"],
  [/^Dart\//, "Dart"],
  [/^okhttp\//, "okhttp"],
  [/^python/i, "Python"],
];

const systems: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
];
