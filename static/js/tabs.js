// A row of tabs that is wider than the screen shows the tab that is open.
function show(root) {
  const tab = root.matches?.(".tab.active") ? root : root.querySelector?.(".tab.active");
  const row = tab?.closest(".tabs");
  if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

export function startTabs() {
  show(document);
  document.addEventListener("htmx:load", (event) => show(event.detail.elt));
}
