// One-line notices at the bottom: failed requests say so, and nothing typed is lost.
import { text } from "./texts.js";

export function showNotice(message, { seconds = 10 } = {}) {
  const place = document.getElementById("toasts");
  const template = document.getElementById("notice-template");
  if (!place || !template) return;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.querySelector(".notice-text").textContent = message;
  notice.querySelector("button").addEventListener("click", () => notice.remove());
  place.append(notice);
  window.setTimeout(() => notice.remove(), seconds * 1000);
}

export function startNotices() {
  document.addEventListener("htmx:sendError", () => showNotice(text("saveFailed")));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) showNotice(text("session"));
    else if (status === 403) showNotice(text("forbidden"));
    else showNotice(text("saveFailed"));
  });
}
