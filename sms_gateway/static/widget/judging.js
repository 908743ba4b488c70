// A thumb for an answer, and for one that did not help the reason why.

import { call } from "./api.js";
import { el, iconButton } from "./dom.js";

const REASONS = ["wrong", "unclear", "incomplete", "not_asked", "other"];
const LONGEST_WORDS = 500;

export function makeJudging(message, words, tell) {
  const up = iconButton("up", words.up, { className: "tool", "aria-pressed": "false" });
  const down = iconButton("down", words.down, { className: "tool", "aria-pressed": "false" });
  const why = el("form", { className: "why", hidden: true });

  function press(verdict) {
    up.setAttribute("aria-pressed", String(verdict === "up"));
    down.setAttribute("aria-pressed", String(verdict === "down"));
  }

  async function judge(verdict, more) {
    const result = await call("POST", "chat/feedback", { n: message.n, verdict, ...more });
    if (result.ok) press(verdict);
    tell(result.ok ? words.thanks : (result.json.error || {}).message || words.not_judged);
    return result.ok;
  }

  function ask() {
    const group = `why-${message.n}`;
    const choices = REASONS.map((reason) =>
      el("label", {}, el("input", { type: "radio", name: group, value: reason }), words[`reason.${reason}`]));
    const own = el("textarea", { rows: 2, maxLength: LONGEST_WORDS, "aria-label": words.more_words, placeholder: words.more_words });
    const send = el("button", { type: "submit", className: "chip" }, words.submit_words);
    why.replaceChildren(el("fieldset", {}, el("legend", {}, words.why_down), ...choices), own, send);
    why.hidden = false;
    why.querySelector("input").focus({ preventScroll: true });
    why.scrollIntoView({ block: "nearest" });
  }

  why.addEventListener("submit", async (event) => {
    event.preventDefault();
    const picked = why.querySelector("input:checked");
    const told = { reason: picked ? picked.value : "", words: why.querySelector("textarea").value.trim() };
    if (await judge("down", told)) {
      why.hidden = true;
      down.focus();
    }
  });
  up.addEventListener("click", () => { why.hidden = true; judge("up"); });
  down.addEventListener("click", async () => { if (await judge("down")) ask(); });
  if (message.verdict) press(message.verdict);
  return { buttons: [up, down], why };
}
