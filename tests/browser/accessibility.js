// A small check of what every view owes to everybody: names, structure, contrast, width.

import assert from "node:assert/strict";

/** Fails with a list of what is wrong in the view that is shown. */
export async function expectAccessible(page) {
  const wrong = await page.evaluate(findWrong);
  assert.deepEqual(wrong, [], `accessibility of ${page.url()}`);
}

/** Runs in the page. */
function findWrong() {
  const wrong = [];
  const all = [...document.querySelectorAll("body *")].filter((node) => node.checkVisibility({ visibilityProperty: true }));
  const say = (node, text) => wrong.push(`${text}: ${node.outerHTML.slice(0, 120)}`);
  const nameOf = (node) => {
    const ids = node.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
    const byId = ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const byLabel = [...(node.labels ?? [])].map((label) => label.textContent).join(" ");
    return (node.getAttribute("aria-label") || byId || byLabel || (node.matches("input") ? "" : node.textContent)).trim();
  };

  if (!document.documentElement.lang) wrong.push("the document has no language");
  if (!document.title) wrong.push("the document has no title");
  for (const landmark of ["h1", "main"]) {
    const count = all.filter((node) => node.matches(landmark)).length;
    if (count !== 1) wrong.push(`${count} of ${landmark}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids.filter((it, index) => ids.indexOf(it) !== index))) wrong.push(`the id ${id} is there twice`);

  let level = 0;
  for (const node of all) {
    if (node.matches("input, button, a, select, textarea, section, dialog, aside") && !nameOf(node)) say(node, "no name");
    if (node.matches("input:not([type=checkbox])") && !node.getAttribute("autocomplete")) say(node, "no autocomplete");
    if (node.matches("img:not([alt])")) say(node, "no alternative text");
    if (node.tabIndex > 0) say(node, "a tab order of its own");
    if (node.matches("[onclick]")) say(node, "a script in the markup");
    for (const reference of ["aria-labelledby", "aria-describedby"]) {
      for (const id of node.getAttribute(reference)?.split(/\s+/) ?? []) {
        if (!document.getElementById(id)) say(node, `${reference} leads nowhere`);
      }
    }
    const heading = /^H([1-6])$/.exec(node.tagName);
    if (heading) {
      if (Number(heading[1]) > level + 1) say(node, "a heading level is left out");
      level = Number(heading[1]);
    }
    const isText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    if (isText && contrast(node) < 4.5) say(node, `contrast ${contrast(node).toFixed(2)}`);
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push("the view scrolls sideways");
  return wrong;

  function contrast(node) {
    const [light, dark] = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }
  function ground(node) {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/rgba\(.*, 0\)|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  }
  function luminance(colour) {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((value) => {
      const part = Number(value) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
}
