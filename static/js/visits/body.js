// From the form of a visit to the body that POST /api/v1/visits/ takes; no network and no page here, so that
// whoever keeps visits on the phone uses the same.
export function newUuid() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS browsers lack randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// A typed number as text with a point, "" for an empty field, null for what is no number.
export function typed(field) {
  const text = field.value.trim().replace(",", ".");
  if (text === "") return "";
  return /^\d{1,11}(\.\d{1,4})?$/.test(text) ? text : null;
}

function counts(form) {
  return [...form.querySelectorAll("[data-count]")]
    .map((card) => {
      const total = typed(card.querySelector('[data-which="total"]'));
      const own = typed(card.querySelector('[data-which="own"]'));
      if (!total || !own) return null; // not asked
      const brands = [...card.querySelectorAll("[data-brand]")]
        .map((field) => ({ name: field.dataset.brand, units: typed(field) }))
        .filter((brand) => brand.units);
      const count = { category: card.dataset.category, total, own, brands };
      if (card.dataset.certainFor === total) {
        count.is_certain = true;
        count.certain_reason = card.dataset.certainReason;
      }
      return count;
    })
    .filter(Boolean);
}

function checks(form) {
  return [...form.querySelectorAll("[data-check]")]
    .map((box) => ({ point: Number(box.dataset.check), state: box.querySelector("input:checked")?.value ?? "" }))
    .filter((check) => check.state)
    .map((check) => ({ point: check.point, is_ok: check.state === "yes", note: "" }));
}

export function bodyOf(form) {
  const task = Number.parseInt(form.elements.task.value, 10);
  const lot = form.elements.lot.value.trim();
  const prices = [...form.querySelectorAll("[data-price]")]
    .map((field) => ({ product: field.dataset.price, price: typed(field) }))
    .filter((row) => row.price);
  return {
    client_uuid: form.elements.client_uuid.value,
    store: form.dataset.store,
    on: form.elements.on.value,
    kind: form.elements.kind?.value || "routine",
    began_at: form.elements.began_at.value || null,
    note: form.elements.note.value.trim(),
    counts: counts(form),
    checks: checks(form),
    prices,
    lots: lot ? [{ lot, supplied_by: form.elements.supplied_by.value.trim() }] : [],
    task: Number.isNaN(task) ? null : task,
  };
}
