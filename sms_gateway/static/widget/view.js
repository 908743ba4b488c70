// What is on screen: the panel with its log, and the bubbles in it.

import { el, icon, iconButton, quiet } from "./dom.js";
import { formatted } from "./text.js";
import { makeTools } from "./tools.js";

const LONGEST_CHARS = 2000;
const NEAR_TOP_PX = 12;

export function makeView(host, words, inline) {
  const log = el("div", { className: "log", role: "log", "aria-live": "polite", "aria-label": words.log });
  const chips = el("div", { className: "chips", role: "group", "aria-label": words.questions });
  const typing = el("div", { className: "typing", role: "status", hidden: true }, el("i"), el("i"), el("i"), quiet(words.typing));
  const scroller = el("div", { className: "scroller", tabIndex: 0, "aria-label": words.log, role: "region" }, log, chips, typing);
  const offline = el("p", { className: "offline", role: "status" });
  const said = quiet();
  said.setAttribute("role", "status");
  const input = el("textarea", { rows: 1, maxLength: LONGEST_CHARS, placeholder: words.placeholder, "aria-label": words.input, enterKeyHint: "send", autocomplete: "off" });
  const send = el("button", { type: "submit", className: "send", disabled: true, "aria-label": words.send, title: words.send }, icon("send"));
  const composer = el("form", { className: "composer" }, input, send);
  const end = iconButton("anew", words.end, { className: "end" });
  const close = iconButton("close", words.close, { className: "close", hidden: inline });
  const language = el("select", { className: "language", "aria-label": words.language });
  const leave = el("button", { type: "button", className: "leave", hidden: true }, icon("leave"), words.sign_out);
  const call = el("button", { type: "button", className: "leave" }, icon("phone"), words.call);
  const header = el("header", {}, el("span", { className: "mark" }, icon("card")),
    el("div", { className: "names" }, el("strong", {}, words.title), el("small", {}, words.subtitle)), language, end, close);
  const foot = el("div", { className: "foot" }, call, leave, el("p", { className: "privacy" }, words.privacy));
  const talk = el("div", { className: "talk" }, scroller, offline, composer, foot);
  const panel = el("section", { className: "panel", "aria-label": words.title, hidden: !inline }, header, talk, said);
  const launcher = el("button", { type: "button", className: "launcher", "aria-label": words.open, "aria-expanded": "false" }, icon("chat"));
  const root = host.shadowRoot;
  const finePointer = window.matchMedia("(pointer: fine)");
  let lastOwn = null;

  // To the end, but not past the beginning of what is new: a long answer is read from its top.
  function settle(fresh) {
    const bottom = scroller.scrollHeight - scroller.clientHeight;
    const first = fresh && fresh.previousElementSibling === lastOwn ? lastOwn : fresh;
    const begin = lastOwn || first ? bottom : 0; // before the first question, the greeting from its top
    scroller.scrollTop = first ? Math.min(bottom, first.offsetTop - NEAR_TOP_PX) : begin;
  }

  // A pressed button goes away; the focus must not. On a touch screen the keyboard would cover the answer.
  function keepFocus() {
    if (document.activeElement !== host || root.activeElement !== input) (finePointer.matches ? input : scroller).focus();
  }

  // For who hears the page: what was done, where nothing else says so.
  function tell(text) {
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = text; });
  }

  function bubble(author, content) {
    const body = el("div", { className: "bubble" }, content);
    const who = el("span", { className: author === "staff" ? "who" : "quiet" }, `${author === "user" ? words.you : words[author]}：`);
    const row = el("div", { className: `row ${author}` }, who, body);
    log.append(row);
    return row;
  }

  function showOwn(text) {
    const row = bubble("user", formatted(text));
    row.append(el("div", { className: "state" }));
    lastOwn = row;
    chips.hidden = true;
    for (const old of log.querySelectorAll(".buttons")) old.remove();
    settle();
    return row;
  }

  function replaceOwn(row, text) {
    row.querySelector(".bubble").replaceChildren(formatted(text));
  }

  function showReply(message, choose) {
    typing.hidden = true;
    const rests = Boolean(message.sources && message.sources.length);
    const row = bubble(message.author === "staff" ? "staff" : "bot", formatted(message.text, rests));
    if (message.author === "bot") row.append(...makeTools(message, words, tell));
    const choices = (message.buttons || []).map((button) => {
      const choice = el("button", { type: "button", className: "choice" }, button.label);
      choice.addEventListener("click", () => choose(button.label, button.id));
      return choice;
    });
    if (choices.length) row.append(el("div", { className: "buttons", role: "group" }, ...choices));
    if (panel.hidden) launcher.classList.add("news");
    return row;
  }

  function showState(row, state, reason, resend) {
    const line = row.querySelector(".state");
    row.dataset.state = state;
    line.textContent = state === "sent" ? "" : reason || words[state] || "";
    if (!resend) return;
    const again = el("button", { type: "button", className: "again" }, words.resend);
    again.addEventListener("click", () => { keepFocus(); resend(); });
    line.append(" · ", again);
  }

  function note(text) {
    log.append(el("p", { className: "note" }, text));
    settle();
  }

  // What was said goes off the screen; a text that is on its way may stay.
  function clear(kept) {
    lastOwn = null;
    typing.hidden = true;
    log.replaceChildren();
    bubble("bot", formatted(words.greeting));
    chips.hidden = Boolean(kept);
    if (kept) log.append(kept);
    settle();
  }

  return {
    panel, talk, launcher, input, send, composer, end, close, language, leave, call, chips, typing, offline,
    settle, keepFocus, tell, showOwn, replaceOwn, showReply, showState, note, clear,
  };
}
