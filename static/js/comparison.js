// The comparison page: Esc closes the opened row, the print button prints, an opened row is scrolled into sight once.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.closest("input, dialog[open]")) return;
  document.querySelector("[data-escape]")?.click();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
const opened = document.querySelector(".why-row");
if (opened) opened.previousElementSibling?.scrollIntoView({ block: "center" });
