// The form of a count says at once what the two numbers make: "4 of 17 = 24 %", and when ours exceeds all.
function show(form) {
  const total = form.elements.total_units;
  const own = form.elements.own_units;
  const place = form.querySelector("[data-count-share]");
  if (!total || !own || !place) return;
  const all = Number.parseFloat(total.value);
  const ours = Number.parseFloat(own.value);
  const tooMany = Number.isFinite(all) && Number.isFinite(ours) && ours > all;
  own.setAttribute("aria-invalid", String(tooMany));
  own.closest(".field")?.classList.toggle("has-error", tooMany);
  place.classList.toggle("late", tooMany);
  if (tooMany) place.textContent = place.dataset.tooMany;
  else if (all > 0 && Number.isFinite(ours)) {
    const share = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "percent" }).format(ours / all);
    place.textContent = `${own.value} / ${total.value} = ${share}`;
  } else place.textContent = "";
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (form?.querySelector("[data-count-share]")) show(form);
});
// What was typed before this module came is shown as well.
document.querySelectorAll("form:has([data-count-share])").forEach(show);
