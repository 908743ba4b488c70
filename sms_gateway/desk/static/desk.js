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

// On a phone a wide table becomes a list: each value with its column's name, so that nothing lies beyond the side.
(() => {
  const ROLES = { THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const table of document.querySelectorAll(".scroll > table")) {
    const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, at) => { cell.dataset.of = names[at]; });
    }
    // A browser may forget what a table is once its parts are no longer drawn as one.
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody, tr, td")) part.setAttribute("role", ROLES[part.tagName]);
    for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    table.classList.add("listed");
  }
})();
