// Photos of a visit: shown small, each with what it shows, until they are sent.
import { newUuid } from "./body.js";
import { shrunk } from "./shrink.js";

const kept = new WeakMap();
const shrinking = new WeakMap(); // form → the last photo in work; one after the other, for a phone's memory

export function photosOf(form) {
  return kept.get(form) ?? [];
}

// Wait until the photos that were taken are small.
export const photosReady = (form) => shrinking.get(form) ?? Promise.resolve();

function makeSmall(form, photo) {
  const work = photosReady(form).then(async () => {
    photo.file = await shrunk(photo.file);
  });
  shrinking.set(form, work);
}

// Put photos into the form that were taken before (a visit opened again from the phone's own list).
export function addPhotos(form, files) {
  const strip = form.querySelector("[data-photo-strip]");
  const template = form.querySelector("[data-photo-template]");
  const photos = photosOf(form);
  kept.set(form, photos);
  for (const file of files) {
    const photo = { file, part: "", client_uuid: newUuid() };
    photos.push(photo);
    makeSmall(form, photo);
    const item = template.content.firstElementChild.cloneNode(true);
    const image = item.querySelector("img");
    image.src = URL.createObjectURL(file);
    item.querySelector("[data-photo-part]").addEventListener("change", (event) => (photo.part = event.target.value));
    item.querySelector("[data-photo-remove]").addEventListener("click", () => {
      photos.splice(photos.indexOf(photo), 1);
      URL.revokeObjectURL(image.src);
      item.remove();
      count(form);
    });
    strip.append(item);
  }
  count(form);
}

function count(form) {
  const photos = photosOf(form);
  const badge = form.querySelector("[data-photo-count]");
  badge.textContent = String(photos.length);
  badge.hidden = photos.length === 0;
  form.querySelector("[data-photo-strip]").hidden = photos.length === 0;
}

export function startPhotos(form) {
  const input = form.querySelector("[data-photos]");
  input.addEventListener("change", () => {
    addPhotos(form, input.files);
    input.value = ""; // the same photo may be taken again
  });
}
