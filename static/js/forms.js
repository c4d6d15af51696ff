// Fields that send their form when changed ([data-sends-form]); a page with typed, unsent text asks before it goes
// (form[data-keeps-typed]); the button of a sent form waits, so that nothing is sent twice.
let unsent = false;

export function startForms() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-sends-form]")) event.target.form?.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-keeps-typed]")) unsent = true;
  });
  document.addEventListener("submit", (event) => {
    unsent = false;
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
    const button = event.submitter;
    window.setTimeout(() => {
      if (button && !event.defaultPrevented) button.disabled = true;
    }, 0);
    window.addEventListener("pageshow", () => button && (button.disabled = false), { once: true });
  });
  document.addEventListener("close", (event) => event.target.matches?.("dialog") && (unsent = false), true);
  window.addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
}
