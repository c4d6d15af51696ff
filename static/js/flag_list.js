// The list of flags. In the panel j and k go to the next and the previous flag; a assigns, i inspects, m adds a measure,
// v plans a visit, for the flag in the panel or the row with the focus. On a phone a card moves aside by a swipe (it is
// a row that scrolls, so nothing is animated by us) or by its button, and shows what can be done.
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const ACTS = { a: "assign", i: "inspect", m: "measure", v: "visit" };

function rows() {
  return [...document.querySelectorAll(".flag-table a[data-flag][hx-get]")];
}

function panel() {
  return document.querySelector("#edit-sheet[open] .flag-panel[data-flag]");
}

function nextFlag(step) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.flag === panel().dataset.flag);
  if (at >= 0) all[at + step]?.click();
}

function act(name) {
  const flag = panel()?.dataset.flag ?? document.activeElement?.closest(".flag-table a[data-flag]")?.dataset.flag;
  if (!flag) return false;
  const found = document.querySelector(`[data-acts-of="${CSS.escape(flag)}"] [data-act="${name}"]`);
  found?.click();
  return Boolean(found);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step && panel()) {
    event.preventDefault();
    nextFlag(step);
  } else if (ACTS[event.key] && !document.querySelector("dialog[open]:not(#edit-sheet)") && act(ACTS[event.key])) {
    event.preventDefault();
  }
}

function middleOf(row) {
  const left = row.querySelector("[data-swipe-left]");
  return left.hidden ? 0 : left.offsetWidth;
}

function onMore(event) {
  const button = event.target.closest?.("[data-swipe-more]");
  if (!button) return;
  const row = button.closest("[data-swipe]");
  const opens = button.getAttribute("aria-expanded") !== "true";
  row.scrollTo({ left: opens ? row.scrollWidth : middleOf(row), behavior: still.matches ? "auto" : "smooth" });
  if (opens) row.querySelector("[data-swipe-right] .swipe-act")?.focus({ preventScroll: true });
}

function follow(row) {
  const isOpen = Math.abs(row.scrollLeft - middleOf(row)) > 24;
  row.querySelector("[data-swipe-more]").setAttribute("aria-expanded", String(isOpen));
}

// With script the left side is there too, and the button that stands in for a swipe.
function prepare() {
  for (const row of document.querySelectorAll("[data-swipe]:not([data-is-ready])")) {
    if (!row.offsetWidth) continue; // a wide screen shows the table
    row.dataset.isReady = "1";
    row.querySelector("[data-swipe-left]").hidden = false;
    row.querySelector("[data-swipe-more]").hidden = false;
    row.scrollLeft = middleOf(row);
    row.addEventListener("scroll", () => follow(row), { passive: true });
  }
}

document.addEventListener("keydown", onKey, true); // before the keys that walk the rows behind
document.addEventListener("click", onMore);
document.addEventListener("htmx:load", prepare);
window.addEventListener("resize", prepare);
prepare();
