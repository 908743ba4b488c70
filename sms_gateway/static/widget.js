/* 居住证续签助手 chat widget, no dependencies.
 * Floating in a corner:  <script src="/chat/widget.js" defer></script>
 * Filling an element:    <script src="/chat/widget.js" defer data-mount="#chat"></script>
 * Lives in a shadow root, so the page's styles and the widget's never meet.
 */
(() => {
  "use strict";

  const TEXT = {
    title: "居住证续签助手",
    subtitle: "自动回答 · 注明依据",
    open: "打开续签助手",
    close: "收起",
    end: "结束对话",
    notEnded: "没有连上，对话还没有结束，请再点一次。",
    log: "对话记录",
    greeting: "您好，我可以回答上海居住证续签（签注）的问题：什么时候办、去哪里、带什么，自动续签没成功怎么办。\n请直接打字，或点下面的问题。",
    questionsLabel: "常见问题",
    questions: ["居住证怎么续签？", "需要带什么材料？", "自动续签失败怎么办？", "过期了还能补办吗？", "请工作人员回电"],
    placeholder: "输入您的问题…",
    input: "您的问题",
    send: "发送",
    you: "我",
    bot: "助手",
    staff: "工作人员",
    typing: "正在输入…",
    sending: "发送中…",
    retrying: "网络不稳，正在重发…",
    failed: "没有发出去",
    resend: "重发",
    later: "暂时答不上来。您的问题已经收到，恢复后会在这里回答。",
    refused: "这条消息没有被接受，请换个说法再试。",
    privacy: "不需要身份证号。结果以社区事务受理服务中心为准。",
  };
  const POLL_MS = 5000;
  const LONGEST_HISTORY_MS = 3000;
  const TIMEOUT_MS = 20000;
  const RETRY_AFTER_MS = [1000, 3000];
  const LONGEST_CHARS = 2000;
  const KEPT_CODE = "chat.unavailable";  // a 503 that keeps the text: the answer comes by polling
  const BUSY_CODE = "chat.busy";         // not kept: said again in a moment, it may find room
  const LOST_SESSION = [401, 403, 404];

  const script = document.currentScript;
  const base = new URL("../", script.src);
  const mount = script.dataset.mount && document.querySelector(script.dataset.mount);
  const sessionKey = `renewal-chat:${base.pathname}`;

  // ---- small helpers -------------------------------------------------------------------------

  function el(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  const ICONS = {
    card: "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM6 10h5M6 14h3M13.5 13l2 2 3.5-4",
    chat: "M21 12a8 8 0 0 1-8 8H4l1.8-3.2A8 8 0 1 1 21 12ZM9 12h.01M13 12h.01M17 12h.01",
    close: "M6 6l12 12M18 6 6 18",
    end: "M14 4H6v16h8M10 12h11M17 8l4 4-4 4",
    send: "M12 19V5M6 11l6-6 6 6",
  };

  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  function remembered() {
    try { return localStorage.getItem(sessionKey) === "open"; } catch { return false; }
  }

  function remember(open) {
    try {
      if (open) localStorage.setItem(sessionKey, "open");
      else localStorage.removeItem(sessionKey);
    } catch { /* storage is blocked: the conversation then lasts as long as the page */ }
  }

  // crypto.randomUUID exists only on https and localhost.
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function call(method, path, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
      if (body) headers["Content-Type"] = "application/json";
      const answer = await fetch(new URL(path, base), {
        method, headers, body: body && JSON.stringify(body), credentials: "same-origin", cache: "no-store", signal: stop.signal,
      });
      const json = await answer.json().catch(() => ({}));
      return { status: answer.status, ok: answer.ok, json: json || {} };
    } catch {
      return { status: 0, ok: false, json: {} };
    } finally {
      clearTimeout(timer);
    }
  }

  // ---- a message's text, never as HTML -------------------------------------------------------

  function governmentLink(address) {
    try {
      const url = new URL(address);
      const official = url.hostname === "gov.cn" || url.hostname.endsWith(".gov.cn");
      return official && !url.username && !url.password ? url.href : "";
    } catch { return ""; }
  }

  function withLinks(line) {
    const parts = [];
    let from = 0;
    for (const found of line.matchAll(/https:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g)) {
      const address = found[0].replace(/[).,;:!?'\]]+$/, "");
      const href = governmentLink(address);
      if (!href) continue;
      parts.push(line.slice(from, found.index), el("a", { href, target: "_blank", rel: "noopener noreferrer" }, address));
      from = found.index + address.length;
    }
    return [...parts, line.slice(from)];
  }

  function formatted(text) {
    const made = document.createDocumentFragment();
    let list = null;
    for (const raw of String(text).split(/\r?\n/)) {
      const line = raw.trim();
      const bullet = line.match(/^[-•·]\s+(.*)$/);
      const numbered = line.match(/^(\d{1,2})[.、．]\s*(?!\d)(.+)$/);
      if (bullet || numbered) {
        const tag = bullet ? "UL" : "OL";
        if (!list || list.tagName !== tag) made.append((list = el(tag)));
        list.append(bullet ? el("li", {}, ...withLinks(bullet[1])) : el("li", { value: Number(numbered[1]) }, ...withLinks(numbered[2])));
        continue;
      }
      list = null;
      if (line) made.append(el("p", /^[（(]?(来源|依据|出处|Source)/i.test(line) ? { className: "source" } : {}, ...withLinks(line)));
    }
    return made;
  }

  // ---- what is on screen ---------------------------------------------------------------------

  const host = el("div", { lang: "zh-CN" });
  const shadow = host.attachShadow({ mode: "open" });
  const log = el("div", { className: "log", role: "log", "aria-live": "polite", "aria-label": TEXT.log });
  const chips = el("div", { className: "chips", role: "group", "aria-label": TEXT.questionsLabel });
  const typing = el("div", { className: "typing", role: "status", hidden: true },
    el("i"), el("i"), el("i"), el("span", { className: "quiet" }, TEXT.typing));
  const scroller = el("div", { className: "scroller", tabIndex: 0, "aria-label": TEXT.log, role: "region" }, log, chips, typing);
  const input = el("textarea", { rows: 1, maxLength: LONGEST_CHARS, placeholder: TEXT.placeholder, "aria-label": TEXT.input, enterKeyHint: "send" });
  const sendButton = el("button", { type: "submit", className: "send", disabled: true, "aria-label": TEXT.send, title: TEXT.send }, icon(ICONS.send));
  const form = el("form", { className: "composer" }, input, sendButton);
  const closeButton = el("button", { type: "button", className: "close", "aria-label": TEXT.close, title: TEXT.close }, icon(ICONS.close));
  const endButton = el("button", { type: "button", className: "end", "aria-label": TEXT.end, title: TEXT.end }, icon(ICONS.end));
  const panel = el("section", { className: "panel", "aria-label": TEXT.title },
    el("header", {}, el("span", { className: "mark" }, icon(ICONS.card)),
      el("div", { className: "names" }, el("strong", {}, TEXT.title), el("small", {}, TEXT.subtitle)), endButton, closeButton),
    scroller, form, el("p", { className: "privacy" }, TEXT.privacy));
  const launcher = el("button", { type: "button", className: "launcher", "aria-label": TEXT.open, "aria-expanded": "false" }, icon(ICONS.chat));

  const finePointer = window.matchMedia("(pointer: fine)");
  let lastOwn = null;

  // To the end, but not past the beginning of what is new: a long answer is read from its top.
  function settle(fresh) {
    const bottom = scroller.scrollHeight - scroller.clientHeight;
    const first = fresh && fresh.previousElementSibling === lastOwn ? lastOwn : fresh;
    scroller.scrollTop = first ? Math.min(bottom, first.offsetTop - 12) : bottom;
  }

  // A pressed button goes away; the focus must not. On a touch screen the keyboard would cover the answer.
  function keepFocus() {
    if (document.activeElement !== host || shadow.activeElement !== input) (finePointer.matches ? input : scroller).focus();
  }

  function bubble(author, content) {
    const body = el("div", { className: "bubble" });
    body.append(content);
    const row = el("div", { className: `row ${author}` }, el("span", { className: author === "staff" ? "who" : "quiet" }, `${TEXT[author] || TEXT.you}：`), body);
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

  function showReply(message) {
    typing.hidden = true;
    const row = bubble(message.author === "staff" ? "staff" : "bot", formatted(message.text));
    const choices = (message.buttons || []).map((button) => {
      const choice = el("button", { type: "button", className: "choice" }, button.label);
      choice.addEventListener("click", () => say(button.label, button.id));
      return choice;
    });
    if (choices.length) row.append(el("div", { className: "buttons", role: "group" }, ...choices));
    if (!mount && launcher.getAttribute("aria-expanded") === "false") launcher.classList.add("news");
    return row;
  }

  function greet() {
    bubble("bot", formatted(TEXT.greeting));
  }

  function note(text) {
    log.append(el("p", { className: "note" }, text));
    settle();
  }

  function showState(entry, state, reason) {
    const line = entry.row.querySelector(".state");
    entry.row.dataset.state = state;
    line.textContent = state === "sent" ? "" : reason || TEXT[state] || "";
    if (state !== "failed" || entry.refused) return;
    const again = el("button", { type: "button", className: "again" }, TEXT.resend);
    again.addEventListener("click", () => { keepFocus(); enqueue(entry); });
    line.append(" · ", again);
  }

  // ---- the conversation ----------------------------------------------------------------------

  const own = [];           // what was said here and not yet seen in a poll: {id, sent, label, row}
  const seen = new Set();
  let after = 0;            // moved only by polls: a reply's number may be past a message not seen yet
  let session = remembered();
  let opening = null;
  let queue = Promise.resolve();
  let polling = null;       // the poll that is on its way
  let known = false;        // a holder was identified here; what was said until then is theirs alone
  let talk = 0;             // counts conversations: what comes of one that ended is not shown
  let history = null;       // settled when what was said before is on screen

  async function openSession() {
    if (session) return { ok: true };
    opening = opening || call("POST", "chat/sessions", {});
    const result = await opening;
    opening = null;
    session = result.ok;
    if (session) remember(true);
    return result;
  }

  function loseSession() {
    session = false;
    remember(false);
  }

  // What was said goes off the screen: it is not for whoever sits here next.
  function startAnew(kept) {
    known = false;
    lastOwn = null;
    typing.hidden = true;
    own.splice(0, own.length, ...own.filter((entry) => entry.row === kept));
    log.replaceChildren();
    greet();
    chips.hidden = Boolean(kept);
    if (kept) log.append(kept);
    settle();
  }

  function noteKnown(now, kept) {
    if (known && now === false) startAnew(kept);
    if (typeof now === "boolean") known = now;
  }

  async function endTalk() {
    endButton.disabled = true;
    const result = session ? await call("DELETE", "chat/sessions") : { ok: true };
    endButton.disabled = false;
    if (!result.ok) { note(TEXT.notEnded); return; }
    talk += 1;
    seen.clear();
    after = 0;
    queue = Promise.resolve();
    loseSession();
    startAnew();
    keepFocus();
  }

  async function attempt(entry) {
    await Promise.race([polling, sleep(LONGEST_HISTORY_MS)]);  // an answer may bring a new cookie: no poll with the old one is to be on its way
    const opened = await openSession();
    if (!opened.ok) return { ...opened, unopened: true };
    const result = await call("POST", "chat/messages", { id: entry.id, text: entry.sent });
    if (!LOST_SESSION.includes(result.status)) return result;
    loseSession();
    return (await openSession()).ok ? call("POST", "chat/messages", { id: entry.id, text: entry.sent }) : result;
  }

  async function deliver(entry) {
    let result;
    for (let tries = 0; tries <= RETRY_AFTER_MS.length; tries += 1) {
      showState(entry, tries ? "retrying" : "sending");
      typing.hidden = tries > 0;
      settle();
      result = await attempt(entry);
      if (entry.talk !== talk) return;
      const unreachable = result.status === 0 || (result.status >= 500 && result.status !== 503);
      const busy = (result.json.error || {}).code === BUSY_CODE;
      if (!unreachable && !busy) break;
      if (tries < RETRY_AFTER_MS.length) {
        typing.hidden = true;
        showState(entry, "retrying");
        await sleep(RETRY_AFTER_MS[tries]);
      }
    }
    typing.hidden = true;
    const { message: sentence, code } = result.json.error || {};
    const kept = result.status === 503 && !result.unopened && (!code || code === KEPT_CODE);
    if (result.ok) {
      showState(entry, "sent");
      noteKnown(result.json.known, entry.row);
      receive(result.json.messages || []);
    } else if (kept) {
      showState(entry, "sent");
      note(sentence || TEXT.later);
    } else {
      entry.refused = result.status === 400 || result.status === 413 || result.status === 422;
      showState(entry, "failed", sentence || (entry.refused ? TEXT.refused : ""));
    }
  }

  function enqueue(entry) {
    if (entry.busy) return;
    entry.busy = true;
    queue = queue.then(() => entry.talk === talk && deliver(entry)).finally(() => { entry.busy = false; });
  }

  async function say(label, sent = label) {
    await history;
    const entry = { id: newId(), sent, label, row: showOwn(label), talk, busy: false, refused: false };
    own.push(entry);
    enqueue(entry);
    keepFocus();
  }

  function claimOwn(message, anyOrder) {
    const at = own.findIndex((entry) => (anyOrder && entry.row.dataset.state !== "failed")
      || (message.id && message.id === entry.id) || message.text === entry.sent || message.text === entry.label);
    if (at < 0) return false;
    const [entry] = own.splice(at, 1);
    // What was stored may differ from what was typed: an ID number is masked there, so mask it here as well.
    if (message.text !== entry.sent) entry.row.querySelector(".bubble").replaceChildren(formatted(message.text));
    if (entry.row.dataset.state === "failed") showState(entry, "sent");
    return true;
  }

  function receive(messages) {
    const fresh = messages.filter((message) => !seen.has(message.n)).sort((one, other) => one.n - other.n);
    for (const message of fresh) seen.add(message.n);
    const unclaimed = new Set(fresh.filter((message) => message.author === "user" && !claimOwn(message, false)));
    let first = null;
    for (const message of fresh) {
      if (message.author === "user") {
        if (unclaimed.has(message) && !claimOwn(message, true)) showOwn(message.text);
      } else {
        const row = showReply(message);
        first = first || row;
      }
    }
    if (first) settle(first);
  }

  async function poll() {
    const skipped = !session || polling || document.hidden || navigator.onLine === false;
    if (skipped || own.some((entry) => entry.busy)) return;
    polling = read();
    await polling;
    polling = null;
  }

  async function read() {
    const of = talk;
    const ask = () => call("GET", `chat/messages?after=${after}`);
    let result = await ask();
    if (result.status === 401) result = await ask();  // another tab's answer may have brought a new cookie
    if (of !== talk) return;
    if (LOST_SESSION.includes(result.status)) {
      loseSession();
      if (known) startAnew();
    }
    if (result.ok) noteKnown(result.json.known);
    const messages = (result.ok && result.json.messages) || [];
    receive(messages);
    for (const message of messages) after = Math.max(after, message.n);
  }

  // ---- hands on it ---------------------------------------------------------------------------

  function fit() {
    sendButton.disabled = !input.value.trim();
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }

  function show(open) {
    panel.hidden = !open;
    launcher.setAttribute("aria-expanded", String(open));
    launcher.classList.remove("news");
    host.toggleAttribute("data-open", open);
    if (open) { fit(); settle(); input.focus(); } else launcher.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    fit();
    say(text);
  });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (event) => {
    // While an input method is composing, Enter chooses a word (229: Safari ends composition before the key).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !mount && !event.isComposing) show(false);
  });
  launcher.addEventListener("click", () => show(true));
  closeButton.addEventListener("click", () => show(false));
  endButton.addEventListener("click", endTalk);
  document.addEventListener("visibilitychange", poll);
  window.addEventListener("online", () => {
    for (const entry of own) if (entry.row.dataset.state === "failed" && !entry.refused) enqueue(entry);
    poll();
  });

  for (const question of TEXT.questions) {
    const chip = el("button", { type: "button", className: "chip" }, question);
    chip.addEventListener("click", () => say(question));
    chips.append(chip);
  }
  greet();

  const style = el("link", { rel: "stylesheet", href: new URL("static/widget.css", base).href });
  const start = () => {
    shadow.append(...(mount ? [panel] : [launcher, panel]));
    closeButton.hidden = Boolean(mount);
    panel.hidden = !mount;
    fit();
    history = Promise.race([poll(), sleep(LONGEST_HISTORY_MS)]).then(() => settle());
    setInterval(poll, POLL_MS);
  };
  style.addEventListener("load", start, { once: true });
  style.addEventListener("error", start, { once: true });
  shadow.append(style);
  host.toggleAttribute("data-inline", Boolean(mount));
  if (mount) mount.replaceChildren(host);
  else document.body.append(host);
})();
