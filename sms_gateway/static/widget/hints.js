// Questions offered while somebody types: matched on this page, filled in when chosen, sent by nobody but the writer.

import { look } from "./api.js";
import { el, quiet } from "./dom.js";

const MOST = 5;
const LEAST_HAN = 2;
const LEAST_LATIN = 3;
const LIKE = 0.4;
const lists = {};

async function listIn(language) {
  if (!lists[language] && navigator.onLine === false) return [];
  lists[language] = lists[language] || look(`chat/hints/${language}`);
  const found = await lists[language];
  if (!found) delete lists[language];
  return (found && found.hints) || [];
}

const plain = (text) => text.toLowerCase().replace(/[\s\p{P}]/gu, "");

// Single characters say what a text may be about, pairs and words of them what it says.
function pieces(text) {
  const han = text.match(/\p{Script=Han}+/gu) || [];
  const pairs = han.flatMap((run) => Array.from(run.slice(1), (char, place) => run[place] + char));
  return [...han.join(""), ...pairs, ...(text.toLowerCase().match(/[a-z]{3,}/g) || [])];
}

function likeness(hint, typed) {
  if (plain(hint).includes(plain(typed))) return 1 + typed.length / hint.length;
  const wanted = pieces(typed);
  return wanted.filter((piece) => hint.toLowerCase().includes(piece)).length / (wanted.length || 1);
}

function matching(hints, typed) {
  const least = /\p{Script=Han}/u.test(typed) ? LEAST_HAN : LEAST_LATIN;
  if (plain(typed).length < least) return [];
  return hints
    .map((hint) => ({ hint, like: likeness(hint, typed) }))
    .filter(({ hint, like }) => like >= LIKE && plain(hint) !== plain(typed))
    .sort((one, other) => other.like - one.like)
    .slice(0, MOST)
    .map(({ hint }) => hint);
}

// Makes a text field a combobox. `fill` puts a chosen question into it. Gives its elements, and what a key does.
export function makeHints(input, words, language, fill) {
  const list = el("ul", { id: "hints", className: "hints", role: "listbox", "aria-label": words.hints, hidden: true });
  const count = quiet();
  count.setAttribute("role", "status");
  let chosen = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  function choose(place) {
    chosen = place;
    Array.from(list.children, (option, at) => option.setAttribute("aria-selected", String(at === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function show(found) {
    list.replaceChildren(...found.map((hint, place) => {
      const option = el("li", { id: `hint-${place}`, role: "option" }, hint);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(place); });
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    count.textContent = found.length ? words.hints_count.replace("{count}", found.length) : "";
    choose(-1);
  }

  function take(place) {
    fill(list.children[place].textContent);
    show([]);
  }

  async function offer() {
    const typed = input.value;
    const hints = await listIn(language);
    if (typed === input.value) show(matching(hints, typed));
  }

  // True where the key was for the list.
  function key(event) {
    const open = !list.hidden;
    if (!open || event.isComposing) return false;
    const many = list.children.length;
    if (event.key === "ArrowDown") choose((chosen + 1) % many);
    else if (event.key === "ArrowUp") choose((chosen <= 0 ? many : chosen) - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  show([]);
  input.addEventListener("focus", () => listIn(language), { once: true });
  input.addEventListener("blur", () => show([]));
  return { list, count, offer, key, close: () => show([]) };
}
