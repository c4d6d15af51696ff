// Pages kept on the phone for today, in the cache "private-<user id>": the day's list, the forms of stores, and the
// briefs of today's stops. They are gone after the day, after logging out, and when somebody else logs in.
// Used by pages and by the service worker.
const PREFIX = "private-";
const KEPT_AT = "X-Kept-At";
const FRESH = 10 * 60 * 1000;
const DAY_LIST = "/visits/today/";
const BRIEF = /^\/accounts\/[^/]+\/brief\/$/;
const FORM = /^\/visits\/store\/[^/]+\/$/;

const names = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));
const isToday = (response) => new Date(response.headers.get(KEPT_AT)).toDateString() === new Date().toDateString();

// The key under which an address is kept, "" for one that is never kept.
export function keyOf(url) {
  if (url.pathname === DAY_LIST) return url.search ? "" : DAY_LIST;
  return FORM.test(url.pathname) || BRIEF.test(url.pathname) ? url.pathname : "";
}

async function stamped(response) {
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  return new Response(await response.text(), { status: response.status, headers });
}

// The kept copy of today, marked as such for the page to say; undefined where there is none.
export async function keptPage(key) {
  for (const name of await names()) {
    const found = await (await caches.open(name)).match(key);
    if (!found) continue;
    if (!isToday(found)) {
      await caches.delete(name);
      continue;
    }
    const html = (await found.text()).replace("<html ", `<html data-kept-at="${found.headers.get(KEPT_AT)}" `);
    return new Response(html, { headers: found.headers });
  }
  return undefined;
}

// A page that was just fetched: the day's list and forms are kept, a brief only if today asked for it.
export async function renew(key, response) {
  const [name] = await names();
  if (!name) return;
  const cache = await caches.open(name);
  if (BRIEF.test(key) && !(await cache.match(key))) return;
  if (response.ok && !response.redirected) await cache.put(key, await stamped(response));
  else if (response.status === 403 || response.status === 404) await cache.delete(key);
}

// Fetch what today needs, one after the other, unless it was fetched a moment ago.
export async function keepPages(user, paths) {
  const cache = await caches.open(PREFIX + user);
  for (const path of paths) {
    const found = await cache.match(path);
    if (found && Date.now() - new Date(found.headers.get(KEPT_AT)) < FRESH) continue;
    const response = await fetch(path, { credentials: "same-origin" }).catch(() => null);
    if (!response) return; // no network: the next time
    if (response.ok && !response.redirected) await cache.put(path, await stamped(response));
    else await cache.delete(path);
  }
}

// Nothing of somebody else, and nothing of yesterday.
export async function cleanPages(user) {
  for (const name of await names()) {
    const cache = await caches.open(name);
    const pages = await cache.matchAll();
    if (name !== PREFIX + user || pages.some((page) => !isToday(page))) await caches.delete(name);
  }
}

export async function forgetPages() {
  for (const name of await names()) await caches.delete(name);
}
