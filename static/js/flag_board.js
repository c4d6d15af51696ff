// The board of flags: a card is dragged, or moved by keys (m, then an arrow), along the steps that it offers itself.
// Every card holds its steps as links and buttons ([data-step=state]); a drop only presses one of them, so a step
// with fields of its own opens them in the sheet, and nothing can be done here that the card does not offer.
function board() {
  return document.querySelector("[data-flag-board]");
}

function stepOf(card, state) {
  return card.querySelector(`[data-step="${CSS.escape(state)}"]`);
}

function columns() {
  return [...board().querySelectorAll("[data-column]")];
}

function begin(card) {
  board().classList.add("is-choosing");
  card.classList.add("is-moving");
  for (const column of columns()) {
    column.classList.toggle("is-here", column.dataset.column === card.dataset.state);
    column.classList.toggle("is-open", stepOf(card, column.dataset.column) !== null);
  }
}

function end() {
  board()?.classList.remove("is-choosing");
  document.querySelector(".flag-card.is-moving")?.classList.remove("is-moving");
  for (const column of document.querySelectorAll("[data-column]")) column.classList.remove("is-here", "is-open", "is-over");
}

function take(card, state) {
  const step = stepOf(card, state);
  end();
  step?.click();
}

function moving() {
  return document.querySelector(".flag-card.is-moving");
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".flag-card[draggable]");
  if (!card) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.flag);
  window.setTimeout(() => begin(card), 0); // after the browser took the picture that is dragged
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-column]");
  for (const one of document.querySelectorAll(".is-over")) if (one !== column) one.classList.remove("is-over");
  if (!column || !moving() || !column.classList.contains("is-open")) return;
  event.preventDefault();
  column.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-column].is-open");
  const card = moving();
  if (!column || !card) return;
  event.preventDefault();
  take(card, column.dataset.column);
});

document.addEventListener("dragend", end);

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".flag-card");
  if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "m" && card.draggable) {
    event.preventDefault();
    if (moving() === card) end();
    else begin(card);
  } else if (event.key === "Escape") {
    end();
  } else if (event.key === "Enter") {
    card.querySelector("a")?.click();
  } else if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    if (moving() === card) moveTowards(card, event.key);
    else focusTowards(card, event.key);
  }
});

function moveTowards(card, key) {
  const all = columns();
  const at = all.findIndex((column) => column.dataset.column === card.dataset.state);
  const ways = { ArrowRight: all.slice(at + 1), ArrowLeft: all.slice(0, at).reverse() };
  const column = (ways[key] ?? []).find((one) => one.classList.contains("is-open"));
  if (column) take(card, column.dataset.column);
}

function focusTowards(card, key) {
  const column = card.closest("[data-column]");
  const cards = [...column.querySelectorAll(".flag-card")];
  const place = cards.indexOf(card);
  if (key === "ArrowDown" || key === "ArrowUp") {
    cards[place + (key === "ArrowDown" ? 1 : -1)]?.focus();
    return;
  }
  const all = columns();
  const step = key === "ArrowRight" ? 1 : -1;
  for (let at = all.indexOf(column) + step; all[at]; at += step) {
    const others = all[at].querySelectorAll(".flag-card");
    if (others.length) {
      others[Math.min(place, others.length - 1)].focus();
      return;
    }
  }
}

document.addEventListener("focusout", (event) => {
  if (event.target === moving()) end();
});
