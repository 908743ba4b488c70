// The form by which a holder asks for a call: name, mobile number, the code sent to it, and the privacy notice.

import { el, icon, newId } from "./dom.js";

const FIELDS = ["name", "phone", "code", "agreed"];
const WAIT_S = 30; // before another code may be asked for: the first one needs its time

export function makeRequest(view, words, language, post) {
  const parts = {};
  const problems = el("div", { className: "problems", role: "alert", tabIndex: -1, hidden: true });
  const told = el("p", { className: "told", role: "status" });
  let attempt = newId(); // the same request once more has one effect

  function field(name, label, hint, properties) {
    const input = el(properties.rows ? "textarea" : "input", { id: `call-${name}`, ...properties });
    const wrong = el("p", { className: "wrong", id: `call-${name}-wrong`, hidden: true });
    parts[name] = { input, wrong };
    const about = hint ? [el("p", { className: "hint", id: `call-${name}-hint` }, hint)] : [];
    describe(name, hint ? `call-${name}-hint` : "");
    return el("div", { className: "field" }, el("label", { htmlFor: input.id }, label), ...about, wrong, input);
  }

  function describe(name, hint) {
    parts[name].hint = hint;
    if (hint) parts[name].input.setAttribute("aria-describedby", hint);
  }

  function show(wrong) {
    for (const [name, { input, wrong: line, hint }] of Object.entries(parts)) {
      line.textContent = wrong[name] || "";
      line.hidden = !wrong[name];
      input.setAttribute("aria-invalid", String(Boolean(wrong[name])));
      const about = [wrong[name] && line.id, hint].filter(Boolean).join(" ");
      if (about) input.setAttribute("aria-describedby", about);
      else input.removeAttribute("aria-describedby");
    }
    const items = FIELDS.filter((name) => wrong[name]).map((name) => {
      const go = el("button", { type: "button" }, wrong[name]);
      go.addEventListener("click", () => parts[name].input.focus());
      return el("li", {}, go);
    });
    problems.replaceChildren(el("p", {}, wrong.all || words.call_trouble), el("ul", {}, ...items));
    problems.hidden = !items.length && !wrong.all;
    if (!problems.hidden) problems.focus();
  }

  const value = (name) => parts[name].input.value.trim();

  function heard(result) {
    if (result.ok) return true;
    const sentence = (result.json.error || {}).message || words.call_unreachable;
    show(result.json.wrong || { all: sentence });
    return false;
  }

  const get = el("button", { type: "button", className: "chip" }, words.call_get);
  get.addEventListener("click", async () => {
    if (!value("phone")) { show({ phone: words.call_bad_phone }); return; }
    get.disabled = true;
    const result = await post("chat/callbacks/code", { id: newId(), phone: value("phone"), language });
    if (!heard(result)) { get.disabled = false; return; }
    show({});
    told.textContent = result.json.said;
    get.textContent = words.call_again;
    setTimeout(() => { get.disabled = false; }, WAIT_S * 1000);
    parts.code.input.focus();
  });

  const agree = field("agreed", words.call_agree, "", { type: "checkbox" });
  agree.classList.add("tick");
  agree.append(agree.querySelector("label"));
  const send = el("button", { type: "submit", className: "main" }, words.call_submit);
  const form = el("form", { noValidate: true },
    field("name", words.call_name, words.call_name_hint, { type: "text", autocomplete: "name", maxLength: 40, required: true }),
    field("phone", words.call_phone, words.call_phone_hint, { type: "tel", autocomplete: "tel", maxLength: 30, required: true }),
    get, told,
    field("code", words.call_code, "", { type: "text", inputMode: "numeric", autocomplete: "one-time-code", maxLength: 20, required: true }),
    el("details", {}, el("summary", {}, words.call_no_code), el("p", {}, words.call_no_code_help)),
    field("about", words.call_about, "", { rows: 2, maxLength: 300 }),
    el("details", {}, el("summary", {}, words.call_notice), el("p", {}, words.call_privacy)),
    agree, send);
  const title = el("h2", { tabIndex: -1 }, words.call_title);
  const back = el("button", { type: "button", className: "leave" }, icon("back"), words.call_back);
  const box = el("div", { className: "request", hidden: true });

  function fill() {
    title.textContent = words.call_title;
    told.textContent = "";
    form.reset();
    box.replaceChildren(back, title, el("p", {}, words.call_lead), problems, form);
  }

  function open() {
    view.talk.hidden = true;
    box.hidden = false;
    title.focus();
  }

  function close() {
    box.hidden = true;
    view.talk.hidden = false;
    view.keepFocus();
  }

  function missing() {
    return {
      ...(value("name") ? {} : { name: words.call_no_name }),
      ...(value("phone") ? {} : { phone: words.call_bad_phone }),
      ...(value("code") ? {} : { code: words.call_no_codes }),
      ...(parts.agreed.input.checked ? {} : { agreed: words.call_not_agreed }),
    };
  }

  function done(said) {
    const again = el("button", { type: "button", className: "main" }, words.call_back);
    again.addEventListener("click", () => { fill(); close(); });
    title.textContent = words.call_done;
    box.replaceChildren(title, ...said.split("\n").slice(1).map((line) => el("p", { className: "taken" }, line)), again);
    title.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = missing();
    show(wrong);
    if (Object.keys(wrong).length) return;
    send.disabled = true;
    const filled = { name: value("name"), phone: value("phone"), code: value("code"), about: value("about"), agreed: true };
    const result = await post("chat/callbacks", { id: attempt, language, ...filled });
    send.disabled = false;
    if (!heard(result)) return;
    attempt = newId();
    if (result.json.done) done(result.json.said);
    else show({ all: result.json.said });
  });
  back.addEventListener("click", close);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    close();
  });
  view.call.addEventListener("click", open);
  fill();
  return box;
}
