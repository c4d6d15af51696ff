// The form of a visit: live share, ours within all, the question about unusual numbers, photos, and sending.
//
// Before it sends, it fires "ka:visit-save" on the form with detail {body, photos: [{file, part, client_uuid}]};
// who keeps visits on the phone calls preventDefault() and takes over.
import { askIfUnusual } from "./ask.js";
import { bodyOf, newUuid, typed } from "./body.js";
import { photosOf, photosReady, startPhotos } from "./photos.js";
import { sendPhotos, sendVisit } from "./send.js";

const percent = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "percent" });

function fields(card) {
  return { total: card.querySelector('[data-which="total"]'), own: card.querySelector('[data-which="own"]') };
}

// What is wrong with a card, as a text; "" where nothing is.
function problemOf(form, card) {
  const { total, own } = fields(card);
  const all = typed(total);
  const ours = typed(own);
  if (all === null || ours === null) return total.validationMessage || own.validationMessage || form.dataset.both;
  if (all !== "" && ours !== "" && Number(ours) > Number(all)) return form.dataset.tooMany;
  return "";
}

function show(form, card) {
  const { total, own } = fields(card);
  const problem = problemOf(form, card);
  const place = card.querySelector("[data-problem]");
  const now = card.querySelector("[data-now]");
  place.textContent = problem;
  place.hidden = !problem;
  own.setAttribute("aria-invalid", String(Boolean(problem)));
  own.closest(".big-number").classList.toggle("has-error", Boolean(problem));
  const all = Number(typed(total));
  const ours = typed(own);
  now.textContent = !problem && all > 0 && ours !== "" ? `${own.value} / ${total.value} = ${percent.format(ours / all)}` : "";
}

function guard(form) {
  const problem = [...form.querySelectorAll("[data-count]")].map((card) => problemOf(form, card)).find(Boolean) ?? "";
  const why = form.querySelector("[data-save-why]");
  form.querySelector("[data-save]").disabled = Boolean(problem);
  why.textContent = problem;
  why.hidden = !problem;
}

// Next on the keypad: all, ours, next category.
function next(form, field) {
  const all = [...form.querySelectorAll("[data-which]")];
  const following = all[all.indexOf(field) + 1];
  if (following) following.focus();
  else field.blur();
}

function halfTyped(form) {
  return [...form.querySelectorAll("[data-count]")].find((card) => {
    const { total, own } = fields(card);
    return (typed(total) === "") !== (typed(own) === "");
  });
}

function refuse(form, card, text) {
  const place = card.querySelector("[data-problem]");
  place.textContent = text;
  place.hidden = false;
  const { total, own } = fields(card);
  (typed(total) === "" ? total : own).focus();
}

async function save(form) {
  const half = halfTyped(form);
  if (half) {
    refuse(form, half, form.dataset.both);
    return;
  }
  for (const card of form.querySelectorAll("[data-count]")) {
    if (!(await askIfUnusual(form, card))) return; // the number is to be changed
    show(form, card);
  }
  await photosReady(form);
  const detail = { body: bodyOf(form), photos: photosOf(form) };
  const event = new CustomEvent("ka:visit-save", { detail, cancelable: true, bubbles: true });
  if (!form.dispatchEvent(event)) return;
  const button = form.querySelector("[data-save]");
  const word = button.textContent;
  button.disabled = true;
  button.textContent = form.dataset.saving;
  const answer = await sendVisit(form.dataset.api, detail.body);
  button.textContent = word;
  button.disabled = false;
  if (!answer.ok) {
    showProblem(form, answer.network ? form.dataset.noNetwork : `${form.dataset.refused} ${answer.text}`);
    return;
  }
  const failed = await sendPhotos(form.dataset.api, detail.body.client_uuid, detail.photos);
  if (failed) {
    showProblem(form, `${form.dataset.photoFailed} ${failed}`);
    return;
  }
  leave(form, answer.asks.length ? `/visits/${detail.body.client_uuid}/` : form.dataset.doneUrl);
}

export function showProblem(form, text) {
  const why = form.querySelector("[data-save-why]");
  why.textContent = text;
  why.hidden = false;
}

// Go on without being asked whether typed numbers may be lost.
export function leave(form, url) {
  form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  window.location.assign(url);
}

export function startVisitForm(form) {
  // A kept page may be opened again: every opening is a visit of its own, unless the form came back with errors.
  if (!form.querySelector(".form-errors, .field-error:not([data-problem])")) form.elements.client_uuid.value = newUuid();
  if (!form.elements.began_at.value) form.elements.began_at.value = new Date().toISOString();
  startPhotos(form);
  form.addEventListener("input", (event) => {
    const card = event.target.closest("[data-count]");
    if (card) show(form, card);
    guard(form);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-which]")) return;
    event.preventDefault();
    next(form, event.target);
  });
  const checked = () => {
    const boxes = [...form.querySelectorAll("[data-check]")];
    const done = boxes.filter((box) => box.querySelector("input:checked")?.value).length;
    const place = form.querySelector("[data-checked]");
    if (place) place.textContent = `${done} / ${boxes.length}`;
  };
  // One tap: not looked at → in order → not in order → not looked at.
  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-check]");
    if (!box || event.detail === 0) return; // keys choose among the three by themselves
    event.preventDefault();
    const states = [...box.querySelectorAll("input")];
    const place = states.findIndex((state) => state.checked);
    states[(place + 1) % states.length].checked = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    checked();
  });
  form.addEventListener("change", checked);
  checked();
  for (const card of form.querySelectorAll("[data-count]")) show(form, card);
  guard(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!event.submitter) return; // only a button sends; leave() fires one without
    save(form).catch((error) => showProblem(form, String(error)));
  });
}

const form = document.querySelector("[data-visit-form]");
if (form) startVisitForm(form);
