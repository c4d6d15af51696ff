// Ledger tables: a click on a row follows its first link ([data-row-link]); check boxes feed the bulk bar.
//   <tbody data-row-link> rows whose td.name holds the link.
//   <table data-bulk="#bulk-bar"> with input[name=selected]; the bar shows the count in [data-bulk-count].
function followRow(event) {
  const row = event.target.closest("[data-row-link] tr");
  if (!row || event.target.closest("a, button, input, label, select, summary")) return;
  if (window.getSelection()?.toString()) return;
  const link = row.querySelector("td.name a, a[data-main]");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

function countSelected(event) {
  const table = event.target.closest("[data-bulk]");
  if (!table || event.target.type !== "checkbox") return;
  const boxes = [...table.querySelectorAll('input[name="selected"]')];
  if (event.target.matches("[data-select-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
  boxes.forEach((box) => box.closest("tr")?.classList.toggle("selected", box.checked));
  const bar = document.querySelector(table.dataset.bulk);
  if (!bar) return;
  const chosen = boxes.filter((box) => box.checked).length;
  bar.hidden = chosen === 0;
  const place = bar.querySelector("[data-bulk-count]");
  if (place) place.textContent = String(chosen);
}

// A table wider than the screen can be scrolled by keyboard.
function makeWideReachable() {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    if (wrap.scrollWidth > wrap.clientWidth + 1) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  }
}

export function startTables() {
  makeWideReachable();
  document.addEventListener("htmx:load", makeWideReachable);
  window.addEventListener("resize", makeWideReachable);
  document.addEventListener("click", followRow);
  document.addEventListener("change", countSelected);
}
