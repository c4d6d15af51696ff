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
// What the preview refused stands beside its field too, until it can work again.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "preview" || !form) return;
  for (const line of form.querySelectorAll("[data-setting]")) {
    line.querySelector("[data-live-error]")?.remove();
    line.classList.remove("has-error");
  }
  for (const refused of event.target.querySelectorAll("[data-error-of]")) {
    const line = form.querySelector(`[name="${CSS.escape(refused.dataset.errorOf)}"]`)?.closest("[data-setting]");
    if (!line) continue;
    const copy = document.createElement("span");
    copy.className = "field-error";
    copy.dataset.liveError = "";
    copy.textContent = refused.textContent.trim();
    line.querySelector(".criteria-fields").append(copy);
    line.classList.add("has-error");
  }
});
