// The comparison page: Esc closes the opened row, an opened row is scrolled into sight once.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.closest("input, dialog[open]")) return;
  document.querySelector("[data-escape]")?.click();
});
const opened = document.querySelector(".why-row");
if (opened) opened.previousElementSibling?.scrollIntoView({ block: "center" });
