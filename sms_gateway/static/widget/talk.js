// The conversation: texts go out one after the other and each once, answers and what staff say come in.

import { call } from "./api.js";
import { embedded } from "./base.js";
import { newId, sleep } from "./dom.js";
import { keepSession, keepTexts, keptSession, keptTexts } from "./keep.js";

const POLL_MS = 5000;
const LONGEST_HISTORY_MS = 3000;
const RETRY_AFTER_MS = [1000, 3000];
const KEPT_CODE = "chat.unavailable"; // a 503 that keeps the text: the answer comes by polling
const BUSY_CODE = "chat.busy"; // not kept: said again in a moment, it may find room
const LOST_SESSION = [401, 403, 404];
const REFUSED = [400, 413, 422];

export function startTalk(view, words, signal) {
  const own = []; // what was said here and not yet seen in a poll: {id, sent, label, row}
  const seen = new Set();
  const rows = new Map(); // of the visitor's texts in the history, by the id that the widget gave them
  let after = 0; // moved only by polls: a reply's number may be past a message not seen yet
  let opening = null;
  let queue = Promise.resolve();
  let polling = null; // the poll that is on its way
  let known = false; // a holder was identified here; what was said until then is theirs alone
  let talk = 0; // counts conversations: what comes of one that ended is not shown
  let history = null; // settled when what was said before is on screen

  const isOffline = () => navigator.onLine === false;
  const keepUnsent = () => keepTexts(own.filter((entry) => !entry.done).map(({ id, sent, label }) => ({ id, sent, label })));

  async function openSession() {
    if (keptSession()) return { ok: true };
    opening = opening || call("POST", "chat/sessions", {});
    const result = await opening;
    opening = null;
    if (result.ok && !embedded) keepSession("open");
    return result;
  }

  function noteKnown(now, kept) {
    if (known && now === false) startAnew(kept);
    if (typeof now === "boolean") known = now;
    view.leave.hidden = !known;
  }

  // What was said goes off the screen: it is not for whoever sits here next.
  function startAnew(kept) {
    known = false;
    view.leave.hidden = true;
    own.splice(0, own.length, ...own.filter((entry) => entry.row === kept));
    rows.clear();
    keepUnsent();
    view.clear(kept);
  }

  async function end() {
    view.end.disabled = view.leave.disabled = true;
    const result = keptSession() ? await call("DELETE", "chat/sessions") : { ok: true };
    view.end.disabled = view.leave.disabled = false;
    if (!result.ok) { view.note(words.not_ended); return; }
    talk += 1;
    seen.clear();
    after = 0;
    queue = Promise.resolve();
    keepSession("");
    startAnew();
    view.tell(words.ended);
    view.keepFocus();
  }

  // POST in this conversation; where its session is gone, in a new one.
  async function post(path, body) {
    await Promise.race([polling, sleep(LONGEST_HISTORY_MS)]); // an answer may bring a new key: no poll with the old one is to be on its way
    const opened = await openSession();
    if (!opened.ok) return { ...opened, unopened: true };
    const result = await call("POST", path, body);
    if (!LOST_SESSION.includes(result.status)) return result;
    keepSession("");
    return (await openSession()).ok ? call("POST", path, body) : result;
  }

  async function tried(entry) {
    let result;
    for (let tries = 0; tries <= RETRY_AFTER_MS.length; tries += 1) {
      view.showState(entry.row, tries ? "retrying" : "sending");
      view.typing.hidden = tries > 0;
      view.settle();
      result = await post("chat/messages", { id: entry.id, text: entry.sent });
      if (entry.talk !== talk) return null;
      const unreachable = result.status === 0 || (result.status >= 500 && result.status !== 503);
      const busy = (result.json.error || {}).code === BUSY_CODE;
      view.typing.hidden = true;
      if (isOffline() || (!unreachable && !busy)) break;
      view.showState(entry.row, "retrying");
      if (tries < RETRY_AFTER_MS.length) await sleep(RETRY_AFTER_MS[tries]);
    }
    return result;
  }

  async function deliver(entry) {
    const result = isOffline() ? { status: 0, json: {} } : await tried(entry);
    if (!result) return;
    const { message: sentence, code } = result.json.error || {};
    const kept = result.status === 503 && !result.unopened && (!code || code === KEPT_CODE);
    entry.refused = REFUSED.includes(result.status);
    entry.done = Boolean(result.ok || kept || entry.refused);
    keepUnsent();
    if (result.ok) {
      view.showState(entry.row, "sent");
      noteKnown(result.json.known, entry.row);
      receive(result.json.messages || []);
    } else if (kept) {
      view.showState(entry.row, "sent");
      view.note(sentence || words.later);
    } else if (isOffline()) view.showState(entry.row, "waiting");
    else view.showState(entry.row, "failed", sentence || (entry.refused ? words.refused : ""), entry.refused ? null : () => enqueue(entry));
  }

  function enqueue(entry) {
    if (entry.busy) return;
    entry.busy = true;
    queue = queue.then(() => entry.talk === talk && deliver(entry)).finally(() => { entry.busy = false; });
  }

  function add(entry) {
    own.push({ ...entry, talk, busy: false, refused: false, done: false });
    enqueue(own[own.length - 1]);
  }

  async function say(label, sent = label) {
    await history;
    add({ id: newId(), sent, label, row: view.showOwn(label) });
    keepUnsent();
    view.keepFocus();
  }

  // A text of ours as the store has it: an ID number is masked there, so it is masked here as well.
  function claim(message) {
    const place = own.findIndex((entry) => entry.id === message.id);
    if (place < 0) return rows.get(message.id);
    const [entry] = own.splice(place, 1);
    if (message.text !== entry.label) view.replaceOwn(entry.row, message.text);
    if (entry.row.dataset.state !== "sent") view.showState(entry.row, "sent");
    keepUnsent();
    return entry.row;
  }

  function receive(messages) {
    const fresh = messages.filter((message) => !seen.has(message.n)).sort((one, other) => one.n - other.n);
    let first = null;
    for (const message of fresh) {
      seen.add(message.n);
      if (message.author === "user") rows.set(message.id, claim(message) || view.showOwn(message.text));
      else first = [first, view.showReply(message, say)].find(Boolean);
    }
    if (first) view.settle(first);
  }

  async function poll() {
    if (!keptSession() || polling || document.hidden || isOffline()) return;
    if (own.some((entry) => entry.busy)) return;
    polling = read();
    await polling;
    polling = null;
  }

  async function read() {
    const of = talk;
    const ask = () => call("GET", `chat/messages?after=${after}`);
    let result = await ask();
    if (result.status === 401) result = await ask(); // another tab's answer may have brought a new cookie
    if (of !== talk || signal.aborted) return;
    if (LOST_SESSION.includes(result.status)) {
      keepSession("");
      if (known) startAnew();
    }
    if (result.ok) noteKnown(result.json.known);
    const messages = (result.ok && result.json.messages) || [];
    receive(messages);
    for (const message of messages) after = Math.max(after, message.n);
  }

  function restore() {
    for (const { id, sent, label } of keptTexts()) add({ id, sent, label, row: rows.get(id) || view.showOwn(label) });
    view.settle();
  }

  function heed() {
    view.offline.textContent = isOffline() ? words.offline : "";
    if (isOffline()) return;
    for (const entry of own) if (!entry.done) enqueue(entry);
    poll();
  }

  view.clear();
  heed();
  history = Promise.race([poll(), sleep(LONGEST_HISTORY_MS)]).then(restore);
  const timer = setInterval(poll, POLL_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", poll, { signal });
  window.addEventListener("online", heed, { signal });
  window.addEventListener("offline", heed, { signal });
  return { say, end, post, receive, busy: () => own.some((entry) => entry.busy) };
}
