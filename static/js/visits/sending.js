// Sends the visits that wait, in their order and exactly once: one sender at a time in all tabs and the service
// worker (Web Locks), and the server knows a visit and a photo by its client_uuid. No page is needed here.
import { entriesOf, put, remove, tell } from "./queue.js";
import { wordsOf } from "./send.js";

const API = "/api/v1/visits/";
const AT_ONCE = 50;
const PATIENCE = { visits: 30_000, photo: 90_000, who: 10_000 };

async function csrfToken() {
  if ("cookieStore" in globalThis) return (await cookieStore.get("csrftoken"))?.value ?? "";
  const found = globalThis.document?.cookie.split("; ").find((item) => item.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

// {status, body}; status 0 where nothing arrived.
async function ask(url, patience, options = {}) {
  try {
    const headers = { Accept: "application/json", ...options.headers };
    if (options.method === "POST") headers["X-CSRFToken"] = await csrfToken();
    const response = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(patience), ...options, headers });
    return { status: response.status, body: await response.json().catch(() => ({})) };
  } catch {
    return { status: 0, body: {} };
  }
}

const isRefused = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;
const next = (one) => (one.photos.length ? "photos" : one.asks ? "asks" : "");

async function keep(one) {
  one.state = next(one);
  if (one.state) await put(one);
  else await remove(one.client_uuid);
}

async function refuse(one, problem) {
  Object.assign(one, { state: "needs_you", problem, tries: one.tries + 1 });
  await put(one);
}

async function settle(one, outcome) {
  if (isRefused(outcome.status)) {
    await refuse(one, wordsOf(outcome, outcome.status));
    return;
  }
  Object.assign(one, { is_stored: true, asks: outcome.asks.length > 0, problem: "" });
  await keep(one);
}

// "" where all went on; else why it stopped: "later" or "login".
async function sendVisits(user) {
  let size = AT_ONCE;
  for (;;) {
    const waiting = (await entriesOf(user)).filter((one) => one.state === "waits").slice(0, size);
    if (!waiting.length) return "";
    const body = JSON.stringify(waiting.map((one) => one.body));
    const answer = await ask(API, PATIENCE.visits, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (answer.status === 401 || answer.status === 403) return "login";
    if (!isRefused(answer.status) && !Array.isArray(answer.body)) {
      for (const one of waiting) await put({ ...one, tries: one.tries + 1 });
      return "later";
    }
    if (Array.isArray(answer.body)) {
      for (const [place, one] of waiting.entries()) await settle(one, answer.body[place]);
    } else if (waiting.length > 1) size = 1; // the list as a whole was refused: each for itself
    else await refuse(waiting[0], wordsOf(answer.body, answer.status));
  }
}

async function sendPhotos(user) {
  for (const one of (await entriesOf(user)).filter((each) => each.state === "photos")) {
    while (one.photos.length) {
      const [photo] = one.photos;
      const body = new FormData();
      body.append("file", photo.file, photo.file.name ?? "photo.jpg");
      body.append("part", photo.part);
      body.append("client_uuid", photo.client_uuid);
      const answer = await ask(`${API}${one.client_uuid}/photos/`, PATIENCE.photo, { method: "POST", body });
      if (answer.status === 401 || answer.status === 403) return "login";
      if (isRefused(answer.status)) {
        await refuse(one, wordsOf(answer.body, answer.status));
        break;
      }
      if (answer.status < 200 || answer.status >= 300) return "later";
      one.photos.shift();
      await keep(one);
    }
  }
  return "";
}

const isToSend = (one) => one.state === "waits" || one.state === "photos";

async function send(user) {
  if (user && !(await entriesOf(user)).some(isToSend)) return "";
  const who = await ask("/api/v1/users/me/", PATIENCE.who); // never under somebody else's name
  if (who.status === 401 || who.status === 403) return "login";
  if (who.status !== 200) return "later";
  const caller = String(who.body.id);
  if (user && caller !== user) return "login";
  return (await sendVisits(caller)) || sendPhotos(caller);
}

// Send what waits of one person; without one, of whoever is logged in. "" where nothing is left to send, "later"
// without network, "login" where the session is over or somebody else's.
export async function sendAll(user = "") {
  const act = () => send(user);
  const result = "locks" in navigator ? await navigator.locks.request("ka-visits-send", act) : await act();
  tell();
  return result;
}
