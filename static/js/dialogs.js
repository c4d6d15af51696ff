// Native dialogs and popovers: [data-opens-dialog=id], [data-closes-dialog], popovers beside their button.
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

// A click beside the dialog closes it, but never throws away what somebody typed.
function closeUnlessTyped(dialog) {
  const typed = [...dialog.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((item) => item.selected !== item.defaultSelected);
    return field.value !== field.defaultValue;
  });
  if (!typed) dialog.close();
}
