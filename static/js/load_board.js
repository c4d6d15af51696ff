// The board on which accounts change hands: a dragged account is ticked alone and sent to the column it is dropped on,
// by the same form that the ticks and "Move" use, so nothing can be done here that the form does not offer.
function open() {
  return document.querySelector(".board-card.is-moving");
}

function end() {
  open()?.classList.remove("is-moving");
  for (const column of document.querySelectorAll("[data-board-column]")) column.classList.remove("is-open", "is-over");
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".board-card[draggable]");
  if (!card) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.account);
  window.setTimeout(() => {
    card.classList.add("is-moving"); // after the browser took the picture that is dragged
    for (const column of document.querySelectorAll("[data-receives]")) column.classList.toggle("is-open", !column.contains(card));
  }, 0);
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-board-column]");
  for (const one of document.querySelectorAll(".is-over")) if (one !== column) one.classList.remove("is-over");
  if (!column || !open() || !column.classList.contains("is-open")) return;
  event.preventDefault();
  column.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-board-column].is-open");
  const card = open();
  const form = card?.closest("[data-load-board]");
  if (!column || !form) return;
  event.preventDefault();
  for (const box of form.querySelectorAll('[name="pick"]')) box.checked = box.value === card.dataset.account;
  form.elements.to.value = column.dataset.boardColumn;
  end();
  form.requestSubmit();
});

document.addEventListener("dragend", end);

// What was unfolded stays so when the board comes anew, and the new loads are said aloud.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll("details[data-others][open]")].map((one) => one.dataset.others);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const one of document.querySelectorAll("details[data-others]")) one.open = unfolded.includes(one.dataset.others);
  document.getElementById("board-status").textContent = document.querySelector("[data-load-board]")?.dataset.said ?? "";
});
