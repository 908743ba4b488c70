// The words on screen, in the visitor's language; they come from the gateway, where they are data.

import { look } from "./api.js";
import { sleep } from "./dom.js";
import { keptLanguage } from "./keep.js";

export const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const TRY_AGAIN_MS = [2000, 5000, 15000, 60000];
const HANT = /^zh-(hant|tw|hk|mo)/i;

// What was chosen here before, else what the element or its page says, else what the browser speaks.
export function languageOf(host) {
  const kept = keptLanguage();
  if (LANGUAGES.includes(kept)) return kept;
  const near = host.closest("[lang]");
  const said = (near && near.lang) || navigator.language || "";
  if (HANT.test(said)) return "zh-TW";
  return /^(zh|$)/i.test(said) ? "zh-CN" : "en";
}

// {words, asked, languages}; asked for again until it comes, as without words there is nothing to show.
export async function wordsIn(language, signal) {
  for (let tries = 0; ; tries += 1) {
    const found = await look(`chat/words/${language}`);
    if (found || signal.aborted) return found;
    await sleep(TRY_AGAIN_MS[Math.min(tries, TRY_AGAIN_MS.length - 1)]);
  }
}
