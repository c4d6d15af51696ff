// What the service worker does (ka_crm/pages/views/phone.py writes /sw.js, which calls serve()): files of the
// product from the phone, pages from the network, and without network today's kept pages. It writes nothing of a
// person but their kept pages, answers no POST, and sends waiting visits when the browser wakes it (Background Sync).
import { keptPage, keyOf, renew } from "./kept_pages.js";
import { sendAll } from "./sending.js";

const OFFLINE = "/offline/";
const PATIENCE = 6000; // ms for a slow network, where a kept page can stand in

function within(promise, patience) {
  return Promise.race([promise, new Promise((_resolve, reject) => setTimeout(() => reject(new Error("slow")), patience))]);
}

async function install(cacheName, files) {
  const cache = await caches.open(cacheName);
  // One missing file must not keep the rest from the phone.
  await Promise.allSettled([...files, OFFLINE].map((file) => cache.add(new Request(file, { cache: "reload" }))));
}

async function tidy(cacheName) {
  const old = (await caches.keys()).filter((name) => name.startsWith("files-") && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A name with a digest never changes its content; a plain one is asked for first.
async function file(request, cacheName) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept && /\.[0-9a-f]{12}\.\w+$/.test(new URL(request.url).pathname)) return kept;
  try {
    return await (kept ? within(fetch(request), PATIENCE) : fetch(request));
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function page(event, url, cacheName) {
  const key = keyOf(url);
  const kept = key ? await keptPage(key) : undefined;
  try {
    const response = await (kept ? within(fetch(event.request), PATIENCE) : fetch(event.request));
    if (key) event.waitUntil(renew(key, response.clone()));
    return response;
  } catch {
    if (kept) return kept;
    if (url.pathname === "/" && (await keptPage("/visits/today/"))) return Response.redirect("/visits/today/");
    return (await (await caches.open(cacheName)).match(OFFLINE)) ?? Response.error();
  }
}

export function serve({ version, files }) {
  const cacheName = `files-${version}`;
  self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(install(cacheName, files));
  });
  self.addEventListener("activate", (event) => event.waitUntil(tidy(cacheName)));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname.startsWith("/static/")) event.respondWith(file(request, cacheName));
    else if (request.mode === "navigate") event.respondWith(page(event, url, cacheName));
  });
  self.addEventListener("sync", (event) => {
    if (event.tag === "ka-visits") event.waitUntil(sendAll().then((left) => left === "later" && Promise.reject(new Error("later"))));
  });
}
