// Keys: "/" or Ctrl-K searches, "g" + letter jumps ([data-jump=letter]), Ctrl-Enter sends the form,
// Esc leaves the search, arrow-free lists use j/k on [data-walk] rows and Enter opens.
const JUMP_MS = 1200;
let jumpUntil = 0;

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable='true']") !== null;
}

function focusSearch() {
  const box = [...document.querySelectorAll("[data-search]")].find((field) => field.offsetParent !== null);
  if (box) {
    box.focus();
    box.select();
  } else {
    document.querySelector(".phone-tools a")?.click();
  }
}

function jump(letter) {
  document.querySelector(`[data-jump="${CSS.escape(letter)}"]`)?.click();
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-walk]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  (row.matches("a, button, [tabindex]") ? row : row.querySelector("a, button"))?.focus();
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    focusSearch();
  } else if (command && event.key === "Enter") {
    event.target.closest("form")?.requestSubmit();
  } else if (command) {
    return;
  } else if (event.key === "Escape" && event.target.matches("[data-search]")) {
    event.target.blur();
  } else if (isTyping(event.target)) {
    return;
  } else if (event.key === "/") {
    event.preventDefault();
    focusSearch();
  } else if (event.key === "?") {
    document.getElementById("keys-help")?.showModal();
  } else if (Date.now() < jumpUntil) {
    jumpUntil = 0;
    jump(event.key.toLowerCase());
  } else if (event.key === "g") {
    jumpUntil = Date.now() + JUMP_MS;
  } else if (event.key === "j" || event.key === "k") {
    walk(event.key === "j" ? 1 : -1);
  }
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
