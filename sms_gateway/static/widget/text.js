// A message's text as elements: paragraphs, lists, official links. Never as HTML.

import { el } from "./dom.js";

function governmentLink(address) {
  try {
    const url = new URL(address);
    const official = url.hostname === "gov.cn" || url.hostname.endsWith(".gov.cn");
    return official && !url.username && !url.password ? url.href : "";
  } catch { return ""; }
}

function withLinks(line) {
  const parts = [];
  let from = 0;
  for (const found of line.matchAll(/https:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g)) {
    const address = found[0].replace(/[).,;:!?'\]]+$/, "");
    const href = governmentLink(address);
    if (!href) continue;
    parts.push(line.slice(from, found.index), el("a", { href, target: "_blank", rel: "noopener noreferrer" }, address));
    from = found.index + address.length;
  }
  return [...parts, line.slice(from)];
}

const SOURCE = /^[（(]?(来源|來源|依据|出处|Source)/i;

// `without`: the line of sources is left out, as they are shown on demand.
export function formatted(text, without) {
  const made = document.createDocumentFragment();
  let list = null;
  for (const raw of String(text).split(/\r?\n/)) {
    const line = raw.trim();
    const bullet = line.match(/^[-•·]\s+(.*)$/);
    const numbered = line.match(/^(\d{1,2})[.、．]\s*(?!\d)(.+)$/);
    if (bullet || numbered) {
      const tag = bullet ? "UL" : "OL";
      if (!list || list.tagName !== tag) made.append((list = el(tag)));
      list.append(bullet ? el("li", {}, ...withLinks(bullet[1])) : el("li", { value: Number(numbered[1]) }, ...withLinks(numbered[2])));
      continue;
    }
    list = null;
    const source = SOURCE.test(line);
    if (line && !(source && without)) made.append(el("p", source ? { className: "source" } : {}, ...withLinks(line)));
  }
  return made;
}
