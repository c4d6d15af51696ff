// What is typed into a form[data-carries-typed] survives when htmx reads the part of the page around it anew, and
// comes back with the form where somebody went to another tab and returned. Sent, it is forgotten.
const drafts = new Map();

function forms(root) {
  const within = [...(root.querySelectorAll?.("form[data-carries-typed]") ?? [])];
  return root.matches?.("form[data-carries-typed]") ? [root, ...within] : within;
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.tagName !== "BUTTON");
}

function keep(form) {
  if (!fields(form).some((field) => field.tagName === "TEXTAREA" && field.value.trim())) return;
  drafts.set(form.action, fields(form).map((field) => [field.name, field.value, field.checked]));
}

function bringBack(form) {
  const draft = drafts.get(form.action);
  if (!draft || fields(form).some((field) => field.tagName === "TEXTAREA" && field.value)) return;
  const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
  for (const field of fields(form)) {
    const kept = draft.find(([name, value]) => name === field.name && (!isChoice(field) || value === field.value));
    if (!kept) continue;
    if (isChoice(field)) field.checked = kept[2];
    else field.value = kept[1];
  }
}

export function startDrafts() {
  document.addEventListener("htmx:beforeSwap", (event) => forms(event.detail.target).forEach(keep));
  document.addEventListener("htmx:load", (event) => forms(event.detail.elt).forEach(bringBack));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form[data-carries-typed]") || event.detail.xhr.status !== 204) return;
    drafts.delete(form.action);
    fields(form).filter((field) => field.tagName === "TEXTAREA").forEach((field) => (field.value = ""));
  });
}
