// Everything a page of the product needs; charts and the decision map are loaded only where a page has some.
import { startTheme } from "./theme.js";
import { startCsrf } from "./csrf.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startFileDrops } from "./file_drop.js";
import { startForms } from "./forms.js";
import { startInPlace } from "./in_place.js";
import { startKeys } from "./keys.js";
import { startNotices } from "./notices.js";
import { startTables } from "./tables.js";
import { startTabs } from "./tabs.js";
import { startPhone } from "./visits/phone.js";

startTheme();
startCsrf();
startDialogs();
startDrafts();
startFileDrops();
startForms();
startInPlace();
startKeys();
startNotices();
startTables();
startTabs();
startPhone();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

async function mountParts(root) {
  const has = (mark) => root.querySelector?.(mark) || root.matches?.(mark);
  if (has("[data-chart]")) (await import("./charts/mount.js")).mountAll(root);
  if (has("[data-decision-map]")) (await import("./decision_map.js")).mountAll(root);
}
mountParts(document);
document.addEventListener("htmx:load", (event) => mountParts(event.detail.elt));
