// Everything a page of the product needs; charts are loaded only where a page has some.
import { startTheme } from "./theme.js";
import { startCsrf } from "./csrf.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startNotices } from "./notices.js";
import { startTables } from "./tables.js";

startTheme();
startCsrf();
startDialogs();
startForms();
startKeys();
startNotices();
startTables();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

async function mountCharts(root) {
  if (!root.querySelector?.("[data-chart]") && !root.matches?.("[data-chart]")) return;
  const { mountAll } = await import("./charts/mount.js");
  mountAll(root);
}
mountCharts(document);
document.addEventListener("htmx:load", (event) => mountCharts(event.detail.elt));
