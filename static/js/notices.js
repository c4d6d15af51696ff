// One-line notices at the bottom: failed requests say so, and nothing typed is lost.
// The server can ask for one after an htmx save: HX-Trigger: {"ka:notice": {"text": "Saved.", "tone": "success",
// "undo_url": "/…/undo/", "undo": "Undo"}}; the undo is a POST and the page loads again.
import { csrfToken } from "./csrf.js";
import { text } from "./texts.js";

async function undo(url, notice) {
  const response = await fetch(url, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, credentials: "same-origin" });
  if (response.ok) {
    window.location.reload();
  } else {
    notice.remove();
    showNotice(text("saveFailed"));
  }
}

export function showNotice(message, { tone = "error", seconds = 10, undoUrl = "", undoWord = "" } = {}) {
  const place = document.getElementById("toasts");
  const template = document.getElementById("notice-template");
  if (!place || !template) return;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.className = `notice ${tone}`;
  notice.querySelector(".notice-text").textContent = message;
  const close = notice.querySelector("button");
  close.addEventListener("click", () => notice.remove());
  if (undoUrl) {
    const button = close.cloneNode(true);
    button.textContent = undoWord;
    button.addEventListener("click", () => undo(undoUrl, notice));
    close.before(button);
  }
  place.append(notice);
  window.setTimeout(() => notice.remove(), seconds * 1000);
}

export function startNotices() {
  document.addEventListener("ka:notice", (event) => {
    const { text: message, tone = "success", undo_url: undoUrl, undo: undoWord } = event.detail ?? {};
    if (message) showNotice(message, { tone, undoUrl, undoWord });
  });
  document.addEventListener("htmx:sendError", () => showNotice(text("saveFailed")));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) showNotice(text("session"));
    else if (status === 403) showNotice(text("forbidden"));
    else showNotice(text("saveFailed"));
  });
}
