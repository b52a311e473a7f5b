// Small comforts; every page works without them.

const typing = (target) => target instanceof Element && target.closest("input, textarea, select");

// "/" goes to the search, as on comparable products.
const search = () => {
  const field = document.querySelector("input[type=search]");
  if (field) {
    field.focus();
  } else {
    location.assign("/agencies");
  }
};

// "g" then a letter goes to a room; the letters stand on the links of the menu.
let waiting = 0;
const go = (key) => {
  const link = document.querySelector(`.menu a[data-key="${CSS.escape(key)}"]`);
  if (link) {
    location.assign(link.href);
  }
};

// "j" and "k" go down and up the rows of the first table or list; Enter opens, as the row's link has the focus.
const step = (by) => {
  const links = [...document.querySelectorAll("main tbody tr, main .timeline__item, main .list__item")]
    .map((row) => row.querySelector("a[href], button"))
    .filter((link) => link && link.checkVisibility());
  const at = links.findIndex((link) => link.closest("tr, li") === document.activeElement?.closest("tr, li"));
  const next = at === -1 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
};

const help = () => {
  const dialog = document.getElementById("keys");
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    dialog.showModal();
  }
};

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (waiting && Date.now() - waiting < 1500) {
    waiting = 0;
    go(event.key);
    return;
  }
  const actions = { "/": search, j: () => step(1), k: () => step(-1), "?": help, g: () => { waiting = Date.now(); } };
  const action = actions[event.key];
  if (action && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    action();
  }
});

// After a form with errors, the summary is read first.
document.querySelector(".govuk-error-summary")?.focus();

// Charts are drawn from the table beside them; the library is fetched only where there is one.
if (document.querySelector("[data-chart]")) {
  const { draw } = await import(document.querySelector("[data-chart]").dataset.module);
  document.querySelectorAll("[data-chart]").forEach(draw);
}
