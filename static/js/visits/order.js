// The order of a day's stops: drag by the grip, with finger or mouse; the list is sent once the stop is let go.
// Without script, or by keyboard, the menu of a stop has "Earlier" and "Later".
import { csrfCookie } from "./send.js";
import { showNotice } from "../notices.js";

let dragged = null;
let before = [];

const idsOf = (list) => [...list.querySelectorAll("[data-task]")].map((stop) => stop.dataset.task);

function number(list) {
  list.querySelectorAll("[data-number]").forEach((place, index) => (place.textContent = String(index + 1)));
}

async function send(list) {
  const body = new URLSearchParams({ on: list.dataset.on, user: list.dataset.user, order: idsOf(list).join(",") });
  const headers = { "X-CSRFToken": csrfCookie(), Accept: "application/json" };
  const response = await fetch(list.dataset.orderUrl, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  if (response?.ok) {
    document.body.dispatchEvent(new CustomEvent("ka:record-changed"));
    return;
  }
  const problem = response ? await response.json().catch(() => ({})) : {};
  showNotice(problem.detail ?? document.getElementById("js-texts").dataset.saveFailed);
  for (const id of before) list.append(list.querySelector(`[data-task="${id}"]`));
  number(list);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button > 0) return;
  event.preventDefault();
  dragged = grip.closest("[data-task]");
  before = idsOf(dragged.parentElement);
  dragged.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const others = [...dragged.parentElement.querySelectorAll("[data-task]:not(.is-dragged)")];
  const next = others.find((stop) => {
    const box = stop.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  if (next !== dragged.nextElementSibling || !next) dragged.parentElement.insertBefore(dragged, next ?? null);
});

function drop() {
  if (!dragged) return;
  const list = dragged.parentElement;
  dragged.classList.remove("is-dragged");
  dragged = null;
  number(list);
  if (idsOf(list).join() !== before.join()) send(list);
}
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
