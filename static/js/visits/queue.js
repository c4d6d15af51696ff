// Visits that wait on this phone, in IndexedDB "ka-visits"; used by pages and by the service worker alike.
//
// An entry: client_uuid, user (id of who made it), store_name, body (as POST /api/v1/visits/ takes it), photos
// [{file, part, client_uuid}], at (when it was saved, ms), tries, problem, and its state:
//   "waits"      not at the server yet
//   "photos"     the visit has arrived, its photos have not
//   "needs_you"  refused with a reason (problem): to be changed, or thrown away
//   "asks"       arrived whole, one number is kept aside until somebody says that it is right
// Nothing of a dossier is ever kept here: only what was typed in the store.
const NAME = "ka-visits";
const STORE = "visits";

const news = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
const listeners = new Set();

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "client_uuid" });
  return done(request);
}

async function within(mode, act) {
  const database = await opened();
  try {
    const change = database.transaction(STORE, mode);
    const result = await act(change.objectStore(STORE));
    if (mode === "readwrite") {
      await new Promise((resolve, reject) => {
        change.oncomplete = resolve;
        change.onabort = () => reject(change.error);
      });
    }
    return result;
  } finally {
    database.close();
  }
}

// This page and all others of the product are told that something changed.
export function tell() {
  news?.postMessage("changed");
  for (const listener of listeners) listener();
}

export function whenChanged(listener) {
  listeners.add(listener);
  news?.addEventListener("message", () => listener());
}

export async function put(entry) {
  await within("readwrite", (store) => done(store.put(entry)));
  tell();
}

export async function remove(clientUuid) {
  await within("readwrite", (store) => done(store.delete(clientUuid)));
  tell();
}

export function entry(clientUuid) {
  return within("readonly", (store) => done(store.get(clientUuid)));
}

// What one person's visits wait for, the oldest first.
export async function entriesOf(user) {
  const all = await within("readonly", (store) => done(store.getAll()));
  return all.filter((one) => one.user === user).sort((a, b) => a.at - b.at);
}

export const isUnsynced = (one) => one.state !== "asks";

export async function forgetAll(user) {
  for (const one of await entriesOf(user)) await remove(one.client_uuid);
}
