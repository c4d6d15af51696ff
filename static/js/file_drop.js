// Drop zones ([data-file-drop]): chosen or dropped files are sent at once; one that is too large is refused
// before it travels. The field covers the zone, so it works without script too, with a button.
import { showNotice } from "./notices.js";

const zoneOf = (event) => event.target.closest?.("[data-file-drop]");

function mark(root) {
  for (const zone of root.querySelectorAll?.("[data-file-drop]") ?? []) zone.classList.add("is-scripted");
}

function send(event) {
  const form = zoneOf(event);
  const files = [...(event.target.files ?? [])];
  if (!form || event.target.type !== "file" || !files.length) return;
  if (files.some((file) => file.size > Number(form.dataset.maxBytes))) {
    showNotice(form.dataset.tooLarge);
    event.target.value = "";
    return;
  }
  const status = form.querySelector("[data-file-status]");
  status.textContent = `${files.map((file) => file.name).join(", ")} ${status.dataset.sending}`;
  status.hidden = false;
  form.requestSubmit();
}

export function startFileDrops() {
  mark(document);
  document.addEventListener("htmx:load", (event) => mark(event.detail.elt));
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => zoneOf(event)?.classList.add("over"));
  }
  for (const name of ["dragleave", "drop"]) {
    document.addEventListener(name, (event) => zoneOf(event)?.classList.remove("over"));
  }
  document.addEventListener("change", send);
}
