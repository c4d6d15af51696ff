// The product as an app on the phone: the service worker, today's pages, waiting visits; loaded by main.js on the
// pages of somebody logged in and on the page without network.
import { cleanPages, keepPages } from "./kept_pages.js";
import { startLeaving } from "./leaving.js";
import { keptAt, startSync, userOf } from "./sync.js";

// A day's page names what today needs: [data-keep="/visits/store/x/ /accounts/y/brief/"].
function pagesToKeep() {
  const named = [...document.querySelectorAll("[data-keep]")].flatMap((one) => one.dataset.keep.split(" ").filter(Boolean));
  return named.length ? [...new Set(["/visits/today/", ...named])] : [];
}

async function keepToday(user) {
  if (!("caches" in globalThis)) return; // without HTTPS a browser keeps no pages
  await cleanPages(user);
  if (navigator.onLine && !keptAt()) await keepPages(user, pagesToKeep());
  document.documentElement.dataset.isKept = "1";
}

function register() {
  const start = () => navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" }).catch(() => {});
  if ("serviceWorker" in navigator) window.setTimeout(start, 0);
}

export function startPhone() {
  const user = userOf();
  if (!user) return;
  startSync(user);
  startLeaving(user);
  if (!document.querySelector('meta[name="ka-user"]')) return;
  register();
  keepToday(user);
}
