// Elements are made here, never out of a text's markup.

export function el(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const SHAPES = {
  card: "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM6 10h5M6 14h3M13.5 13l2 2 3.5-4",
  chat: "M21 12a8 8 0 0 1-8 8H4l1.8-3.2A8 8 0 1 1 21 12ZM9 12h.01M13 12h.01M17 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  anew: "M4 5v5h5M4.6 10A8 8 0 1 1 4 14",
  leave: "M14 4H6v16h8M10 12h11M17 8l4 4-4 4",
  send: "M12 19V5M6 11l6-6 6 6",
  book: "M6 4h12v16H6zM9 8h6M9 12h6M9 16h3",
  copy: "M9 9h10v11H9zM15 9V5H5v11h4",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.5 3.5L13 9h6c1.5 0 2 1 1.7 2.3l-1.6 7c-.3 1-1 1.7-2 1.7H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-2 0-3-1-2.5-3.5L11 15H5c-1.5 0-2-1-1.7-2.3l1.6-7C5.2 4.7 5.9 4 6.9 4H17",
  phone: "M6.6 3.5 9 4l1.2 4-2 1.6a12 12 0 0 0 6.2 6.2l1.6-2 4 1.2.5 2.4a2 2 0 0 1-2 2.6A16.5 16.5 0 0 1 4 5.5a2 2 0 0 1 2.6-2Z",
  back: "M15 5l-7 7 7 7",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", SHAPES[name]);
  svg.append(line);
  return svg;
}

export function iconButton(name, label, properties) {
  return el("button", { type: "button", "aria-label": label, title: label, ...properties }, icon(name));
}

export const quiet = (...children) => el("span", { className: "quiet" }, ...children);

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// crypto.randomUUID exists only on https and localhost.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
