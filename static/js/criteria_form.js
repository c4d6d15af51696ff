// The draft of the criteria: a line that differs from the version in force is marked; "was" takes the old value back.
const form = document.querySelector("[data-criteria-form]");

function typed(line, key) {
  const inputs = [...line.querySelectorAll(`[name="${CSS.escape(key)}"]`)];
  const isBox = (input) => input.type === "checkbox" || input.type === "radio";
  return inputs.filter((input) => !isBox(input) || input.checked).map((input) => input.value.replaceAll("\r\n", "\n"));
}

function same(line, key, wanted) {
  const now = typed(line, key);
  return now.length === wanted.length && now.every((value, i) => value === wanted[i] || (value !== "" && Number(value) === Number(wanted[i])));
}

function before(line) {
  return Object.entries(JSON.parse(line.querySelector("script[type='application/json']").textContent));
}

function mark(line) {
  line.classList.toggle("changed", before(line).some(([key, wanted]) => !same(line, key, wanted)));
}

function restore(line) {
  for (const [key, wanted] of before(line)) {
    for (const input of line.querySelectorAll(`[name="${CSS.escape(key)}"]`)) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = wanted.includes(input.value);
      else input.value = wanted[0] ?? "";
    }
  }
  line.querySelector("input, select, textarea").dispatchEvent(new Event("input", { bubbles: true }));
}

form?.addEventListener("input", (event) => {
  const line = event.target.closest("[data-setting]");
  if (line) mark(line);
});
form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-restores]");
  if (button) restore(button.closest("[data-setting]"));
});
// What the preview refused stands beside its field too, until it can work again; so does a gate that is not applied.
function beside(key, text, kind) {
  const line = form?.querySelector(`[name="${CSS.escape(key)}"]`)?.closest("[data-setting]");
  if (!line) return;
  const copy = document.createElement("span");
  copy.className = kind;
  copy.dataset.live = "";
  copy.textContent = text;
  line.querySelector(".criteria-fields").append(copy);
  line.classList.toggle("has-error", kind === "field-error");
  line.closest("details")?.setAttribute("open", "");
}

let computed = Date.now();

document.addEventListener("htmx:afterSettle", (event) => {
  if (!["preview", "preview-note"].includes(event.target.id)) return;
  const refused = [...document.querySelectorAll("[data-error-of]")];
  for (const line of form?.querySelectorAll("[data-setting]") ?? []) {
    line.querySelectorAll("[data-live], .field-error").forEach((old) => old.remove());
    line.classList.remove("has-error");
  }
  for (const error of refused) beside(error.dataset.errorOf, error.dataset.errorText, "field-error");
  for (const warning of document.querySelectorAll("[data-warns-of]")) beside(warning.dataset.warnsOf, warning.textContent.trim(), "criteria-warn");
  form?.querySelector("[data-blocked]")?.toggleAttribute("hidden", !refused.length);
  form?.querySelector('[name="then"]')?.toggleAttribute("disabled", refused.length > 0);
  const said = document.querySelector(refused.length ? "#preview-note p" : "#preview [data-sentence]")?.textContent.trim() ?? "";
  const aloud = document.getElementById("preview-said");
  if (aloud && aloud.textContent !== said) aloud.textContent = said;
  if (event.target.id === "preview") computed = Date.now();
});
// How old the numbers are.
setInterval(() => {
  const label = document.querySelector("#preview [data-computed]");
  const seconds = Math.round((Date.now() - computed) / 1000);
  if (!label || seconds < 2) return;
  label.textContent = seconds < 60 ? label.dataset.seconds.replace("{n}", seconds) : label.dataset.minutes.replace("{n}", Math.floor(seconds / 60));
}, 1000);
