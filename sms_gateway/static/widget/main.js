// <renewal-chat></renewal-chat>: floats in a corner, or with `inline` fills its place; `lang` chooses the language.
// A script without the element puts one into `data-mount="#place"`, or into a corner; `data-lang` is its language.

import { at, script } from "./base.js";
import { el } from "./dom.js";
import { makeHints } from "./hints.js";
import { keepLanguage } from "./keep.js";
import { makeRequest } from "./request.js";
import { SHEET } from "./sheet.js";
import { startTalk } from "./talk.js";
import { makeView } from "./view.js";
import { LANGUAGES, languageOf, wordsIn } from "./words.js";

const TAG = "renewal-chat";

// Rules in a sheet of the shadow root, which no policy of the page's for inline styles forbids.
function dress(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("link", { rel: "stylesheet", href: at("static/widget/widget.css").href }));
  }
}

function connectInput(view, hints, talk) {
  const { input, send } = view;
  function fit() {
    send.disabled = !input.value.trim();
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }
  view.composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    hints.close();
    fit();
    talk.say(text);
  });
  input.addEventListener("input", (event) => {
    fit();
    if (!event.isComposing) hints.offer();
  });
  input.addEventListener("compositionend", hints.offer);
  input.addEventListener("keydown", (event) => {
    if (hints.key(event)) return;
    // While an input method is composing, Enter chooses a word (229: Safari ends composition before the key).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    view.composer.requestSubmit();
  });
  return fit;
}

function connectPanel(host, view, inline, fit) {
  function show(open) {
    view.panel.hidden = !open;
    view.launcher.setAttribute("aria-expanded", String(open));
    view.launcher.classList.remove("news");
    host.toggleAttribute("data-open", open);
    if (!open) { view.launcher.focus(); return; }
    fit();
    view.settle();
    view.input.focus();
  }
  view.panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !inline && !event.isComposing) show(false);
  });
  view.launcher.addEventListener("click", () => show(true));
  view.close.addEventListener("click", () => show(false));
  return show;
}

class RenewalChat extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) dress(this.attachShadow({ mode: "open" }));
    this.start({});
  }

  disconnectedCallback() {
    this.stopping.abort();
  }

  // `typed` and `open` are what was on screen before the language changed.
  async start({ typed = "", open = false }) {
    const stopping = new AbortController();
    this.stopping = stopping;
    const inline = this.hasAttribute("inline");
    const language = languageOf(this);
    const found = await wordsIn(language, stopping.signal);
    if (stopping.signal.aborted) return;
    const view = makeView(this, found.words, inline);
    const talk = startTalk(view, found.words, stopping.signal);
    const hints = makeHints(view.input, found.words, language, (text) => { view.input.value = text; fit(); });
    const fit = connectInput(view, hints, talk);
    view.composer.before(hints.list, hints.count);
    view.talk.after(makeRequest(view, found.words, language, talk.post));
    view.end.addEventListener("click", talk.end);
    view.leave.addEventListener("click", talk.end);
    for (const question of found.asked) {
      const chip = el("button", { type: "button", className: "chip" }, question);
      chip.addEventListener("click", () => talk.say(question));
      view.chips.append(chip);
    }
    for (const name of LANGUAGES) view.language.append(el("option", { value: name, lang: name, selected: name === language }, found.languages[name]));
    view.language.addEventListener("change", () => {
      keepLanguage(view.language.value);
      stopping.abort();
      this.start({ typed: view.input.value, open: !view.panel.hidden });
    });
    const show = connectPanel(this, view, inline, fit);
    for (const old of this.shadowRoot.querySelectorAll(".panel, .launcher")) old.remove();
    this.shadowRoot.append(...(inline ? [view.panel] : [view.launcher, view.panel]));
    view.panel.lang = view.launcher.lang = language;
    view.input.value = typed;
    if (open && !inline) show(true);
    if (open) view.language.focus();
    fit();
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, RenewalChat);

const mount = script.dataset.mount && document.querySelector(script.dataset.mount);
const told = script.dataset.lang ? { lang: script.dataset.lang } : {};
if (mount) mount.replaceChildren(el(TAG, { inline: "", ...told }));
else if (!document.querySelector(TAG)) document.body.append(el(TAG, told));
