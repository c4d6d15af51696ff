// Moving a person of the decision map to another boss: by dragging their card onto another, or by the key m.
const FAR_ENOUGH = 6;

export function startMoving(map, kept) {
  const { root, scroll, world, cards } = map;
  const toTop = root.querySelector("[data-map-to-top]");
  let drag = null;
  let panning = null;
  let wasDragged = false;

  function isBelow(id, boss) {
    for (let step = id; step; step = cards.get(step)?.dataset.boss) if (step === boss) return true;
    return false;
  }

  async function move(card, boss) {
    if (boss === card.dataset.boss) return;
    card.classList.add("saving");
    kept.focus = card.dataset.id;
    const url = root.dataset.moveUrl.replace("/0/move/", `/${card.dataset.id}/move/`);
    try {
      await window.htmx.ajax("POST", url, { source: card, swap: "none", values: { reports_to: boss, version: card.dataset.version } });
    } finally {
      card.classList.remove("saving");
    }
  }

  function targetAt(x, y) {
    const found = document.elementsFromPoint(x, y);
    if (found.includes(toTop)) return { element: toTop, boss: "" };
    const card = found.map((element) => element.closest("[data-map-card]")).find((one) => one && one !== drag.card);
    if (!card || !world.contains(card) || isBelow(card.dataset.id, drag.card.dataset.id)) return null;
    return { element: card, boss: card.dataset.id };
  }

  function mark(target) {
    if (drag.target?.element !== target?.element) {
      drag.target?.element.classList.remove("drop-here");
      target?.element.classList.add("drop-here");
    }
    drag.target = target;
  }

  function end() {
    if (!drag) return;
    drag.target?.element.classList.remove("drop-here");
    drag.card.classList.remove("dragging");
    drag.card.style.translate = "";
    toTop.hidden = true;
    root.classList.remove("is-dragging");
    drag = null;
  }

  world.addEventListener("dragstart", (event) => event.preventDefault());
  scroll.addEventListener("pointerdown", (event) => {
    wasDragged = false;
    if (event.button !== 0 || event.pointerType === "touch") return;
    const card = event.target.closest("[data-map-card]");
    if (card) drag = { card, x: event.clientX, y: event.clientY, begun: false, target: null };
    else if (!event.target.closest("button, a")) panning = { x: event.clientX + scroll.scrollLeft, y: event.clientY + scroll.scrollTop };
  });
  root.addEventListener("pointermove", (event) => {
    if (panning) scroll.scrollTo(panning.x - event.clientX, panning.y - event.clientY);
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.begun) {
      if (Math.hypot(x, y) < FAR_ENOUGH) return;
      drag.begun = wasDragged = true;
      drag.card.setPointerCapture(event.pointerId);
      drag.card.classList.add("dragging");
      root.classList.add("is-dragging");
      toTop.hidden = !drag.card.dataset.boss;
    }
    drag.card.style.translate = `${x / map.zoom}px ${y / map.zoom}px`;
    mark(targetAt(event.clientX, event.clientY));
  });
  root.addEventListener("pointerup", () => {
    panning = null;
    const { card, target } = drag ?? {};
    end();
    if (target) move(card, target.boss);
  });
  root.addEventListener("pointercancel", () => {
    panning = null;
    end();
  });
  root.addEventListener("keydown", (event) => event.key === "Escape" && drag && end());
  // The click that ends a drag opens nothing.
  root.addEventListener(
    "click",
    (event) => {
      if (!wasDragged || !event.target.closest("[data-map-card]")) return;
      wasDragged = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  startKey(map, isBelow, move);
}

function startKey({ root, world, cards }, isBelow, move) {
  const dialog = root.querySelector("#map-move");
  const form = root.querySelector("[data-map-move-form]");
  let card = null;
  world.addEventListener("keydown", (event) => {
    const focused = event.target.closest("[data-map-card]");
    if (!focused || event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    card = focused;
    root.querySelector("[data-map-move-name]").textContent = card.dataset.name;
    for (const option of form.reports_to.options) {
      option.disabled = Boolean(option.value) && isBelow(option.value, card.dataset.id);
      option.selected = option.value === card.dataset.boss;
    }
    dialog.showModal();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    if (card && cards.has(card.dataset.id)) move(card, form.reports_to.value);
  });
}
