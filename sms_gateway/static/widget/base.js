// Where the widget comes from. On our own pages a cookie opens the conversation; on a page of another origin,
// where no cookie of ours may be set, a token does that this page alone keeps.

export const script = document.currentScript;
export const base = new URL("../", script.src);
export const embedded = base.origin !== location.origin;

export const at = (path) => new URL(path, base);
