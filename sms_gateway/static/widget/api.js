// One request to the gateway. Nothing here throws: a status of 0 says that nothing came back.

import { at, embedded } from "./base.js";
import { keepSession, keptSession } from "./keep.js";

const TIMEOUT_MS = 20000;

export async function call(method, path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  if (body) headers["Content-Type"] = "application/json";
  if (embedded && keptSession()) headers.Authorization = `Bearer ${keptSession()}`;
  try {
    const answer = await fetch(at(path), {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: embedded ? "omit" : "same-origin",
      cache: "no-store",
      signal: stop.signal,
    });
    const json = (await answer.json().catch(() => ({}))) || {};
    if (json.token) keepSession(json.token);
    return { status: answer.status, ok: answer.ok, json };
  } catch {
    return { status: 0, ok: false, json: {} };
  } finally {
    clearTimeout(timer);
  }
}

// What is the same for everybody may lie in the browser's cache; the gateway says for how long.
export async function look(path) {
  try {
    const answer = await fetch(at(path), { credentials: embedded ? "omit" : "same-origin" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
