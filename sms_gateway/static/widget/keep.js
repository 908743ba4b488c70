// What this browser keeps between two looks at the page. Where storage is blocked, it lasts as long as the page.

import { base, embedded } from "./base.js";

const KEY = `renewal-chat:${embedded ? base.host : ""}${base.pathname}`;
const SESSION = embedded ? "sessionStorage" : "localStorage";

function read(area, name) {
  try { return window[area].getItem(name) || ""; } catch { return ""; }
}

function write(area, name, value) {
  try {
    if (value) window[area].setItem(name, value);
    else window[area].removeItem(name);
  } catch { /* blocked or full */ }
}

let token = "";

// On our own pages only that there is a session: its key is a cookie that no script reads.
export const keptSession = () => token || read(SESSION, KEY);

export function keepSession(value) {
  token = value;
  write(SESSION, KEY, value);
}

export const keptLanguage = () => read("localStorage", `${KEY}:language`);
export const keepLanguage = (language) => write("localStorage", `${KEY}:language`, language);

// Texts that did not reach us yet: they survive a reload of this tab, and no more than that.
export function keptTexts() {
  try { return JSON.parse(read("sessionStorage", `${KEY}:unsent`) || "[]"); } catch { return []; }
}

export function keepTexts(texts) {
  write("sessionStorage", `${KEY}:unsent`, texts.length ? JSON.stringify(texts) : "");
}
