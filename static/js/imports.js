// Drop zone: a chosen or dropped file is sent at once; one that is too large is refused before it travels.
import { showNotice } from "./notices.js";

for (const form of document.querySelectorAll("[data-file-drop]")) {
  const field = form.querySelector('input[type="file"]');
  const status = form.querySelector("[data-file-status]");
  form.classList.add("is-scripted");
  for (const name of ["dragenter", "dragover"]) field.addEventListener(name, () => form.classList.add("over"));
  for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => form.classList.remove("over"));
  field.addEventListener("change", () => {
    const file = field.files[0];
    if (!file) return;
    if (file.size > Number(form.dataset.maxBytes)) {
      showNotice(form.dataset.tooLarge);
      field.value = "";
      return;
    }
    status.textContent = `${file.name} ${status.dataset.sending}`;
    status.hidden = false;
    form.requestSubmit();
  });
}
