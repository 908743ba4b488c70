// News without a reload: what is marked data-live is looked up again while nobody types or points in it.
"use strict";
(() => {
  const EVERY_MS = 10_000;
  const live = document.querySelector("[data-live]");
  if (!live) return;

  const typed = () => [...live.querySelectorAll("textarea, input")].some((field) => field.value !== field.defaultValue);
  const inUse = () => live.contains(document.activeElement) || typed();

  async function look() {
    if (document.hidden || inUse()) return;
    const answer = await fetch(location.href, { headers: { "X-Desk-Live": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") location.assign(location.pathname); // signed out meanwhile
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(live.id);
    if (fresh && fresh.innerHTML !== live.innerHTML && !inUse()) {
      live.replaceChildren(...fresh.childNodes);
    }
  }

  setInterval(() => look().catch(() => {}), EVERY_MS);
})();
