// What may be done with an answer: see what it rests on, copy it, say whether it helped.

import { el, icon } from "./dom.js";
import { makeJudging } from "./judging.js";

function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  return Promise.resolve(false);
}

function sourceList(message, words) {
  const items = message.sources.map((source) => {
    const places = source.places.map((place) => el("span", { className: "place" }, place));
    return el("li", {}, source.title, ...places);
  });
  return el("ul", { className: "sources", "aria-label": words.sources_hint, hidden: true }, ...items);
}

export function makeTools(message, words, tell) {
  const copy = el("button", { type: "button", className: "tool" }, icon("copy"), words.copy);
  copy.addEventListener("click", async () => tell((await copied(message.text)) ? words.copied : words.not_copied));
  const judging = makeJudging(message, words, tell);
  const group = el("div", { className: "tools", role: "group", "aria-live": "off" });
  const below = [judging.why];
  if (message.sources && message.sources.length) {
    const list = sourceList(message, words);
    const ask = el("button", { type: "button", className: "tool", "aria-expanded": "false", title: words.sources_hint }, icon("book"), words.sources);
    ask.addEventListener("click", () => {
      list.hidden = !list.hidden;
      ask.setAttribute("aria-expanded", String(!list.hidden));
      if (!list.hidden) list.scrollIntoView({ block: "nearest" });
    });
    group.append(ask);
    below.unshift(list);
  }
  group.append(copy, ...judging.buttons);
  return [group, ...below];
}
