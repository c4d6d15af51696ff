// Native dialogs and popovers: [data-opens-dialog=id], [data-closes-dialog], popovers beside their button. What somebody
// typed into a dialog is thrown away only when they say so; a form that came back shows its first mistake.
import { text } from "./texts.js";

const GAP = 6;

function place(popover, button) {
  if (popover.classList.contains("nav-sheet")) return;
  const box = button.getBoundingClientRect();
  const width = popover.offsetWidth;
  const height = popover.offsetHeight;
  const below = box.bottom + GAP + height <= window.innerHeight;
  const above = popover.dataset.place === "above" || (!below && box.top > height);
  popover.style.left = `${Math.max(12, Math.min(box.left, window.innerWidth - width - 12))}px`;
  popover.style.top = `${Math.max(12, above ? box.top - GAP - height : box.bottom + GAP)}px`;
}

export function startDialogs() {
  document.addEventListener(
    "toggle",
    (event) => {
      const popover = event.target;
      if (event.newState !== "open" || !popover.matches?.("[popover]")) return;
      const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]:not([hidden])`);
      if (button) place(popover, button);
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opensDialog);
      opener.closest("[popover]")?.hidePopover();
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    if (event.target.closest("[data-closes-dialog]")) event.target.closest("dialog")?.close();
    else if (event.target.matches("dialog[open]:not([data-keeps-open])")) closeUnlessTyped(event.target);
  });
  // Esc asks first where something was typed.
  document.addEventListener(
    "cancel",
    (event) => {
      if (event.target.matches?.("dialog") && hasTyped(event.target) && !window.confirm(text("discard"))) event.preventDefault();
    },
    true,
  );
  document.addEventListener("htmx:afterSettle", (event) => {
    const sheet = event.target.closest?.("dialog.side-sheet[open]");
    if (sheet) (firstMistake(sheet) ?? firstField(sheet))?.focus();
  });
  // A sheet forgets its form, so that nobody types into the last one while the next is being fetched.
  document.addEventListener(
    "close",
    (event) => event.target.matches?.("dialog.side-sheet") && event.target.querySelector(":scope > [id$='-body'] > form.sheet-form")?.remove(),
    true,
  );
  // The server asks a dialog to close after a save: HX-Trigger: {"ka:close-dialog": "id"}.
  document.addEventListener("ka:close-dialog", (event) => {
    const id = event.detail?.value;
    (id ? document.getElementById(id) : document.querySelector("dialog[open]"))?.close();
  });
}

function firstMistake(sheet) {
  return sheet.querySelector("[aria-invalid=true]:not([type=hidden])") ?? sheet.querySelector(".has-error :is(input, select, textarea)");
}

// On a phone the keyboard would hide half of the form.
function firstField(sheet) {
  if (!window.matchMedia("(pointer: fine)").matches || sheet.querySelector("[role=alert]")) return null;
  return sheet.querySelector(".sheet-body :is(input:not([type=hidden]), select, textarea)");
}

function hasTyped(dialog) {
  if (dialog.querySelector(".has-error")) return true;
  return [...dialog.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((item) => item.selected !== item.defaultSelected);
    return field.value !== field.defaultValue;
  });
}

// A click beside the dialog closes it, but never throws away what somebody typed.
function closeUnlessTyped(dialog) {
  if (!hasTyped(dialog)) dialog.close();
}
