// On the form of a visit: what is saved is kept on the phone first, then sent; a refused one opens with all that was
// typed (?again=<client_uuid>).
import { addPhotos, photosOf } from "./photos.js";
import { leave, showProblem } from "./form.js";
import { entry, put, remove } from "./queue.js";
import { isOffline, sendNow, userOf } from "./sync.js";

const PATIENCE = 8000; // ms until the page goes on and the visit waits like any other

async function keep(form, user, { body, photos }) {
  const kept = { client_uuid: body.client_uuid, user, store_name: form.dataset.storeName, body, photos, at: Date.now(), tries: 0, problem: "", state: "waits" };
  await put(kept);
  await navigator.storage?.persist?.().catch(() => false);
  const worker = navigator.serviceWorker ? await navigator.serviceWorker.getRegistration() : null;
  await worker?.sync?.register("ka-visits").catch(() => {});
}

async function save(form, user, detail) {
  const button = form.querySelector("[data-save]");
  button.disabled = true;
  await keep(form, user, detail);
  if (navigator.onLine) await Promise.race([sendNow(user), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  button.disabled = false;
  const left = await entry(detail.body.client_uuid);
  if (left?.state === "needs_you" && !left.is_stored) {
    showProblem(form, `${form.dataset.refused} ${left.problem}`);
  } else if (left?.state === "asks") {
    await remove(left.client_uuid);
    leave(form, `/visits/${left.client_uuid}/`);
  } else {
    leave(form, form.dataset.doneUrl);
  }
}

function set(field, value) {
  if (field && value !== undefined && value !== null) field.value = value;
}

function fillCounts(form, counts) {
  for (const count of counts) {
    const card = form.querySelector(`[data-category="${CSS.escape(count.category)}"]`);
    if (!card) continue;
    set(card.querySelector('[data-which="total"]'), count.total);
    set(card.querySelector('[data-which="own"]'), count.own);
    for (const brand of count.brands) set(card.querySelector(`[data-brand="${CSS.escape(brand.name)}"]`), brand.units);
    if (count.is_certain) Object.assign(card.dataset, { certainFor: count.total, certainReason: count.certain_reason });
  }
}

function fill(form, { body, photos, problem }) {
  const [lot] = body.lots;
  const values = { client_uuid: body.client_uuid, on: body.on, kind: body.kind, began_at: body.began_at, note: body.note, task: body.task, lot: lot?.lot, supplied_by: lot?.supplied_by };
  for (const [name, value] of Object.entries(values)) set(form.elements[name], value);
  fillCounts(form, body.counts);
  for (const check of body.checks) {
    const choice = form.querySelector(`[data-check="${check.point}"] input[value="${check.is_ok ? "yes" : "no"}"]`);
    if (choice) choice.checked = true;
  }
  for (const row of body.prices) set(form.querySelector(`[data-price="${CSS.escape(row.product)}"]`), row.price);
  addPhotos(form, photos.map((photo) => photo.file));
  const choices = form.querySelectorAll("[data-photo-strip] [data-photo-part]");
  for (const [place, photo] of photosOf(form).entries()) {
    Object.assign(photo, { part: photos[place].part, client_uuid: photos[place].client_uuid });
    set(choices[place], photo.part);
  }
  for (const field of form.querySelectorAll("[data-which]")) field.dispatchEvent(new Event("input", { bubbles: true }));
  form.dispatchEvent(new Event("change", { bubbles: true }));
  if (problem) showProblem(form, `${form.dataset.refused} ${problem}`);
}

function nameButton(form) {
  const button = form.querySelector("[data-save]");
  const word = button.textContent;
  const name = () => (button.textContent = isOffline() ? form.dataset.saveHere : word);
  window.addEventListener("online", name);
  window.addEventListener("offline", name);
  name();
}

async function start(form, user) {
  const again = new URLSearchParams(window.location.search).get("again");
  const kept = again ? await entry(again) : null;
  if (kept?.user === user && kept.state === "needs_you") fill(form, kept);
  nameButton(form);
  form.addEventListener("ka:visit-save", (event) => {
    event.preventDefault();
    save(form, user, event.detail).catch((error) => showProblem(form, String(error)));
  });
}

const form = document.querySelector("[data-visit-form]");
const user = userOf();
if (form && user && "indexedDB" in globalThis) start(form, user);
