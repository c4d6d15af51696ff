// On every page of somebody logged in: the counter of visits that wait, their list, the line without network, and
// when to send: on loading, when the network returns, when the page is looked at again, and every half minute.
import { entriesOf, isUnsynced, remove, tell, whenChanged } from "./queue.js";
import { sendAll } from "./sending.js";

const AGAIN = 30_000;
const SHOWN = 5_000;
const USER = "ka-user";
const fill = (text, n) => text.replace("{n}", String(n));

// Who uses this phone: the page says it; the page without network knows it from the last one that did.
export function userOf() {
  const said = document.querySelector('meta[name="ka-user"]')?.content ?? "";
  if (said) localStorage.setItem(USER, said);
  return said || (document.querySelector(".offline-card") ? (localStorage.getItem(USER) ?? "") : "");
}

export const keptAt = () => document.documentElement.dataset.keptAt ?? "";
export const isOffline = () => !navigator.onLine || Boolean(keptAt());

const clockTime = (date) => new Date(date).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

const STATE_WORD = { waits: "stateWaits", photos: "statePhotos", needs_you: "stateNeedsYou", asks: "stateAsks" };
let last = 0; // how many waited when the counter was drawn last
let left = ""; // what the last sending said

function showPill(entries) {
  const pill = document.getElementById("sync-pill");
  if (!pill) return;
  const unsynced = entries.filter(isUnsynced).length;
  const asks = entries.length - unsynced;
  const needs = asks > 0 || left === "login" || entries.some((one) => one.state === "needs_you");
  const isDone = entries.length === 0 && last > 0;
  if (!entries.length && !isDone) return;
  const mark = isDone ? "synced" : needs ? "needs" : "waits";
  for (const one of pill.querySelectorAll("[data-mark]")) one.hidden = one.dataset.mark !== mark;
  pill.classList.toggle("is-done", isDone);
  if (isDone) window.setTimeout(() => last === 0 && (pill.hidden = true), SHOWN);
  pill.querySelector("[data-text]").textContent = isDone ? pill.dataset.synced : fill(unsynced ? pill.dataset.unsynced : pill.dataset.asks, unsynced || asks);
  pill.hidden = false;
  last = entries.length;
}

function showLine(entries) {
  const line = document.getElementById("sync-line");
  if (!line) return;
  const n = entries.filter(isUnsynced).length;
  const said = n === 0 ? line.dataset.none : fill(n === 1 ? line.dataset.one : line.dataset.many, n);
  line.querySelector("[data-text]").textContent = keptAt() ? `${said} ${line.dataset.kept.replace("{time}", clockTime(keptAt()))}` : said;
  line.hidden = !isOffline();
}

function row(template, words, one) {
  const item = template.content.firstElementChild.cloneNode(true);
  const set = (mark, text) => (item.querySelector(`[data-${mark}]`).textContent = text);
  set("store", one.store_name);
  set("when", `${one.body.on}, ${clockTime(one.at)}`);
  set("state", words[STATE_WORD[one.state]]);
  item.querySelector("[data-state]").classList.add(one.state === "needs_you" ? "danger" : "warn");
  const problem = one.state === "asks" ? words.whyAsks : one.problem;
  set("problem", problem ?? "");
  item.querySelector("[data-problem]").hidden = !problem;
  const settles = one.state === "needs_you" || one.state === "asks";
  item.querySelector("[data-acts]").hidden = !settles;
  const open = item.querySelector("[data-open]");
  open.href = one.is_stored ? `/visits/${one.client_uuid}/` : `/visits/store/${encodeURIComponent(one.body.store)}/?again=${one.client_uuid}`;
  if (one.state === "asks") open.addEventListener("click", () => remove(one.client_uuid));
  const drop = item.querySelector("[data-drop]");
  drop.hidden = one.state === "asks";
  drop.addEventListener("click", () => {
    if (drop.dataset.asked) remove(one.client_uuid);
    drop.dataset.asked = "1";
    drop.textContent = words.sure;
  });
  return item;
}

function showList(entries) {
  const sheet = document.getElementById("sync-sheet");
  if (!sheet) return;
  const words = sheet.querySelector("[data-states]").dataset;
  const template = sheet.querySelector("[data-sync-row]");
  sheet.querySelector("[data-sync-list]").replaceChildren(...entries.map((one) => row(template, words, one)));
  sheet.querySelector("[data-sync-none]").hidden = entries.length > 0;
  sheet.querySelector("[data-sync-login]").hidden = left !== "login";
  sheet.querySelector("[data-login-link]").href = `/login/?next=${encodeURIComponent(window.location.pathname)}`;
  sheet.querySelector("[data-sync-now]").hidden = !entries.some((one) => one.state === "waits" || one.state === "photos");
}

// Stops of the day that were visited and wait: at the end, marked; the next one takes their place.
function markStops(entries) {
  const list = document.querySelector("[data-stops]");
  if (!list) return;
  const tasks = new Set(entries.filter(isUnsynced).map((one) => String(one.body.task)));
  for (const stop of list.querySelectorAll("[data-task]")) {
    if (!tasks.has(stop.dataset.task) || stop.classList.contains("is-waiting")) continue;
    stop.classList.add("is-waiting");
    stop.querySelector(".stop-text").append(document.getElementById("waits-pill").content.cloneNode(true));
    list.append(stop);
  }
  const [first] = list.querySelectorAll("[data-task]:not(.is-waiting)");
  for (const stop of list.querySelectorAll("[data-task]")) stop.classList.toggle("is-next", stop === first);
  const acts = list.querySelector(".stop-acts");
  if (!acts || acts.parentElement === first) return;
  if (!first) {
    acts.remove();
    return;
  }
  const [start, brief] = acts.querySelectorAll("a");
  const [form, about] = (first.dataset.keep ?? "").split(" ").filter(Boolean);
  if (form) start.href = form;
  if (brief && about) brief.href = about;
  first.append(acts);
}

async function show(user) {
  const entries = await entriesOf(user);
  showPill(entries);
  showLine(entries);
  showList(entries);
  markStops(entries);
}

export async function sendNow(user) {
  const before = (await entriesOf(user)).filter(isUnsynced).length;
  left = await sendAll(user);
  const after = (await entriesOf(user)).filter(isUnsynced).length;
  if (after < before) document.body.dispatchEvent(new CustomEvent("ka:record-changed"));
  await show(user);
  return left;
}

export function startSync(user) {
  const send = () => navigator.onLine && sendNow(user);
  whenChanged(() => show(user));
  window.addEventListener("online", send);
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  document.addEventListener("htmx:load", () => show(user));
  document.querySelector("[data-sync-now]")?.addEventListener("click", send);
  window.setInterval(send, AGAIN);
  show(user).then(send);
}
