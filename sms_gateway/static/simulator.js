/* The phone on screen: choose a sample holder, read what was sent to that phone, text the bot. */
(() => {
  "use strict";

  const TEXT = {
    guest: "访客（未登记号码）",
    guestNote: "没有登记过的号码",
    expires: (day) => `${day} 到期`,
    found: (count) => `找到 ${count} 位`,
    nobody: "没有符合的持证人。",
    noHolders: "还没有样例持证人。",
    unread: (count) => `${count} 条新短信`,
    segments: (count, chars) => `${count} 条短信 · ${chars} 字`,
    drafting: (count, chars, room) => `${chars} 字 · ${count} 条 · 本条还能写 ${room} 字`,
    failed: "没有发出去",
    resend: "重发",
    lost: "连不上服务，正在重试…",
    ideas: ["居住证怎么续签", "我的续签结果怎么样？", "租房要带什么材料"],
    ideasAfterAddressFailure: ["我没换地址啊", "接下来怎么办？", "要带什么去窗口？"],
    ideasAfterFailure: ["为什么失败了？", "接下来怎么办？", "要带什么去窗口？"],
    ideasAfterNotice: ["这是什么意思？", "我的续签结果怎么样？", "请工作人员回电"],
  };
  const POLL_MS = 1000;
  const HOLDERS_MS = 10000;
  const LONGEST_WAIT_MS = 45000;   // no answer by then: the hint goes, the answer may still come
  const SHANGHAI = { timeZone: "Asia/Shanghai", hourCycle: "h23" };
  // Capacity of an SMS by alphabet: alone, and as one of several (3GPP TS 23.040).
  const UCS2 = { alone: 70, joined: 67 };
  const GSM7 = { alone: 160, joined: 153 };
  const GSM7_ONLY = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z]*$/;

  const at = (id) => document.getElementById(id);
  const list = at("list"), search = at("search"), situation = at("situation"), thread = at("thread"), texts = at("texts");
  const body = at("body"), typing = at("typing"), trouble = at("trouble");
  const { phones: phonesPath, holders: holdersPath } = document.body.dataset;

  const finePointer = window.matchMedia("(pointer: fine)");

  let holders = [];
  let current = null;      // the holder whose phone is on screen
  let visit = 0;           // counts phone changes, so an answer for the last phone is dropped
  let after = 0;
  let lastDay = "";        // the day under which the last text stands
  let polling = false;
  let waitingTimer = 0;
  const pending = [];      // bubbles sent from here that no poll has shown yet
  let justLeft = null;     // what came to it up to now has been seen
  const read = new Map();  // holder id -> unread count already looked at

  function el(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  async function call(path, body) {
    try {
      const answer = await fetch(path, body === undefined
        ? { headers: { Accept: "application/json" }, cache: "no-store" }
        : { method: "POST", headers: { "Content-Type": "application/json", "X-Requested-With": "fetch" }, body: JSON.stringify({ body }) });
      return { ok: answer.ok, status: answer.status, json: (await answer.json().catch(() => null)) || {} };
    } catch {
      return { ok: false, status: 0, json: {} };
    }
  }

  function complain(result) {
    const sentence = result.json.error && result.json.error.message;
    trouble.textContent = result.ok ? "" : sentence || TEXT.lost;
    trouble.hidden = result.ok;
  }

  function segments(text) {
    const alphabet = GSM7_ONLY.test(text) ? GSM7 : UCS2;
    const chars = text.length;
    const count = chars <= alphabet.alone ? 1 : Math.ceil(chars / alphabet.joined);
    return { chars, count, room: (count === 1 ? alphabet.alone : count * alphabet.joined) - chars };
  }

  // ---- the list ------------------------------------------------------------------------------

  const unreadOf = (holder) => Number(holder.unread || 0) - (read.get(holder.id) || 0);

  function noteRead() {
    for (const holder of holders) {
      const unread = Number(holder.unread || 0);
      const looking = (current && current.id === holder.id) || justLeft === holder.id;
      read.set(holder.id, looking ? unread : Math.min(unread, read.get(holder.id) || 0));
    }
    justLeft = null;
  }

  // Drawn anew only when something changed: a list that changes under the pointer eats the click.
  const drawn = () => JSON.stringify([holders, holders.map(unreadOf)]);

  function row(holder) {
    const guest = holder.id === "guest";
    const waiting = unreadOf(holder);
    const button = el("button", { type: "button", className: "holder" },
      el("span", { className: guest ? "face guest" : "face", ariaHidden: "true" }, guest ? "?" : holder.name.slice(0, 1)),
      el("span", { className: "name" }, holder.name),
      el("span", { className: "label" }, holder.situation || ""),
      el("span", { className: "day" }, holder.expires_on ? TEXT.expires(holder.expires_on) : ""));
    if (waiting > 0) {
      const badge = el("span", { className: "badge", title: TEXT.unread(waiting) }, String(waiting));
      badge.setAttribute("role", "img");
      badge.setAttribute("aria-label", TEXT.unread(waiting));
      button.append(badge);
    }
    button.dataset.id = String(holder.id);
    if (current && current.id === holder.id) button.setAttribute("aria-current", "true");
    return el("li", {}, button);
  }

  function drawList() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = holders.filter((holder) => {
      if (situation.value && holder.situation !== situation.value) return false;
      const about = [holder.name, holder.phone, holder.situation, holder.expires_on].join(" ").toLowerCase();
      return words.every((word) => about.includes(word));
    });
    const focused = document.activeElement && document.activeElement.dataset.id;
    list.replaceChildren(...found.map(row));
    if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    at("count").textContent = TEXT.found(found.length);
    at("nobody").hidden = found.length > 0;
    at("nobody").textContent = holders.length ? TEXT.nobody : TEXT.noHolders;
  }

  function drawSituations() {
    const labels = [...new Set(holders.map((holder) => holder.situation).filter(Boolean))].sort((a, b) => a.localeCompare(b, "zh-CN"));
    if (labels.length === situation.options.length - 1) return;
    const chosen = situation.value;
    situation.replaceChildren(situation.options[0], ...labels.map((label) => el("option", { value: label }, label)));
    situation.value = labels.includes(chosen) ? chosen : "";
  }

  async function loadHolders() {
    const result = await call(holdersPath);
    complain(result);
    if (!result.ok) return;
    const before = drawn();
    const named = (result.json.holders || []).filter((holder) => holder.id !== "guest");
    const guest = (result.json.holders || []).find((holder) => holder.id === "guest");
    holders = [{ name: TEXT.guest, phone: "", situation: TEXT.guestNote, expires_on: "", ...guest, id: "guest" }, ...named];
    if (current) current = holders.find((holder) => holder.id === current.id) || current;
    noteRead();
    if (drawn() === before) return;
    drawSituations();
    drawList();
  }

  // ---- the phone -----------------------------------------------------------------------------

  function clockOf(moment) {
    return new Intl.DateTimeFormat("zh-CN", { ...SHANGHAI, hour: "2-digit", minute: "2-digit" }).format(moment);
  }

  function dayOf(moment) {
    const written = (style) => new Intl.DateTimeFormat("zh-CN", { ...SHANGHAI, ...style }).format(moment);
    return `${written({ month: "long", day: "numeric" })} ${written({ weekday: "short" })}`;
  }

  function instant(text) {
    const moment = new Date(text);
    return Number.isNaN(moment.getTime()) ? new Date() : moment;
  }

  function showText(text) {
    const moment = instant(text.at);
    const day = dayOf(moment);
    if (day !== lastDay) texts.append(el("p", { className: "time" }, day));
    lastDay = day;
    const mine = text.direction === "in";
    const size = segments(text.body);
    const below = mine ? clockOf(moment) : `${clockOf(moment)} · ${TEXT.segments(size.count, size.chars)}`;
    texts.append(el("div", { className: mine ? "text mine" : "text" },
      el("div", { className: "bubble" }, text.body), el("p", { className: "size" }, below)));
  }

  function showWaiting(waiting) {
    clearTimeout(waitingTimer);
    typing.hidden = !waiting;
    if (waiting) waitingTimer = setTimeout(() => { typing.hidden = true; }, LONGEST_WAIT_MS);
  }

  function ideasFor(notice) {
    if (!notice) return TEXT.ideas;
    if (!/失败|没有成功|未通过/.test(notice)) return TEXT.ideasAfterNotice;
    return notice.includes("地址") ? TEXT.ideasAfterAddressFailure : TEXT.ideasAfterFailure;
  }

  function drawHint() {
    const notice = [...texts.querySelectorAll(".text:not(.mine) .bubble")].pop()?.textContent || "";
    const answered = Boolean(texts.querySelector(".mine"));
    at("hint").hidden = answered;
    at("hint").classList.toggle("after", Boolean(notice));
    at("hint").firstElementChild.hidden = Boolean(notice);
    const ideas = ideasFor(notice);
    if (at("ideas").textContent === ideas.join("")) return;
    at("ideas").replaceChildren(...ideas.map((idea) => {
      const button = el("button", { type: "button" }, idea);
      button.addEventListener("click", () => send(idea));
      return button;
    }));
  }

  const toBottom = () => { thread.scrollTop = thread.scrollHeight; };

  async function poll() {
    if (!current || polling || document.hidden) return;
    polling = true;
    const asked = visit;
    const result = await call(`${phonesPath}${encodeURIComponent(current.id)}/texts?after=${after}`);
    polling = false;
    if (asked !== visit) { poll(); return; }
    complain(result);
    if (!result.ok) return;
    const fresh = (result.json.texts || []).filter((text) => text.n > after);
    const nearBottom = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 120;
    for (const text of fresh) {
      after = Math.max(after, text.n);
      if (text.direction === "in") pending.splice(Math.max(0, pending.findIndex((one) => one.body === text.body)), 1).forEach((one) => one.line.remove());
      showText(text);
    }
    for (const one of pending) texts.append(one.line);
    const last = fresh[fresh.length - 1];
    if (last && last.direction === "out" && !pending.length) showWaiting(false);
    drawHint();
    if (fresh.length && (nearBottom || last.direction === "in")) toBottom();
  }

  async function deliver(one) {
    const asked = visit;
    one.line.classList.remove("failed");
    one.line.replaceChildren(el("div", { className: "bubble" }, one.body));
    texts.append(one.line);
    at("hint").hidden = true;
    showWaiting(true);
    toBottom();
    const result = await call(`${phonesPath}${encodeURIComponent(current.id)}/texts`, one.body);
    if (asked !== visit) return;
    if (result.ok) { poll(); return; }
    pending.splice(pending.indexOf(one), 1);
    showWaiting(false);
    one.line.classList.add("failed");
    const again = el("button", { type: "button" }, TEXT.resend);
    again.addEventListener("click", () => { pending.push(one); deliver(one); keepFocus(); });
    const sentence = result.json.error && result.json.error.message;
    one.line.append(el("p", { className: "size" }, sentence || TEXT.failed, " · ", again));
    toBottom();
  }

  function send(text) {
    if (!current) return;
    const one = { body: text, line: el("div", { className: "text mine pending" }) };
    pending.push(one);
    deliver(one);
    keepFocus();
  }

  // On a touch screen the keyboard would cover what has just come.
  function keepFocus() {
    if (document.activeElement !== body) (finePointer.matches ? body : thread).focus({ preventScroll: true });
  }

  function fit() {
    at("send").disabled = !body.value.trim();
    body.style.height = "auto";
    body.style.height = `${body.scrollHeight}px`;
    const size = segments(body.value);
    at("counter").textContent = body.value ? TEXT.drafting(size.count, size.chars, size.room) : "";
  }

  function choose(holder, withFocus) {
    visit += 1;
    justLeft = current && current.id;
    current = holder;
    read.set(holder.id, Number(holder.unread || 0));
    loadHolders();
    after = 0;
    lastDay = "";
    pending.length = 0;
    texts.replaceChildren();
    showWaiting(false);
    at("hint").hidden = true;
    at("owner").textContent = [holder.name, holder.phone].filter(Boolean).join(" · ");
    document.body.classList.add("on-phone");
    history.replaceState(null, "", `#${holder.id}`);
    drawList();
    body.value = "";
    fit();
    poll();
    if (withFocus) keepFocus();
  }

  // ---- hands on it ---------------------------------------------------------------------------

  list.addEventListener("click", (event) => {
    const button = event.target.closest(".holder");
    const holder = button && holders.find((one) => String(one.id) === button.dataset.id);
    if (holder) choose(holder, true);
  });

  function moveFocus(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing || event.target === situation) return;
    const buttons = [...list.querySelectorAll(".holder")];
    const next = buttons.indexOf(document.activeElement) + step;
    event.preventDefault();
    if (next < 0) search.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  }

  document.querySelector(".people").addEventListener("keydown", moveFocus);
  search.addEventListener("input", drawList);
  situation.addEventListener("change", drawList);
  at("back").addEventListener("click", () => {
    document.body.classList.remove("on-phone");
    (list.querySelector("[aria-current]") || search).focus();
  });
  at("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = body.value.trim();
    if (!text) return;
    body.value = "";
    fit();
    send(text);
  });
  body.addEventListener("input", fit);
  body.addEventListener("keydown", (event) => {
    // While an input method is composing, Enter chooses a word (229: Safari ends composition before the key).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    at("composer").requestSubmit();
  });
  document.addEventListener("visibilitychange", poll);

  const tick = () => { at("clock").textContent = clockOf(new Date()); };
  const wide = window.matchMedia("(min-width: 821px)");

  (async () => {
    tick();
    fit();
    await loadHolders();
    const named = decodeURIComponent(location.hash.slice(1));
    const linked = holders.find((holder) => String(holder.id) === named);
    if (linked || (wide.matches && holders.length)) choose(linked || holders[0], false);
    setInterval(poll, POLL_MS);
    setInterval(tick, 10000);
    setInterval(() => { if (!document.hidden) loadHolders(); }, HOLDERS_MS);
  })();
})();
