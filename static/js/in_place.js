// Forms that stand in the place of what they edit (form[data-in-place]): Esc takes them back.
export function startInPlace() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.target.closest?.("form[data-in-place]")?.querySelector("[data-cancels]")?.click();
  });
}
