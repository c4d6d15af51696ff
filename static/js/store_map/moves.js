// Moves the map: wheel, drag, two fingers, keys, buttons. `map` has panBy, zoomAt, fit, pickAt, hoverAt, pickMiddle.
const STEP = 1.5;
const PAN = 80;
const NEAR = 5;

export function startMoves(map, canvas, root) {
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      map.zoomAt(Math.exp(-event.deltaY / (event.ctrlKey ? 120 : 400)), at(event));
    },
    { passive: false },
  );
  startPointers(map, canvas, at);
  canvas.addEventListener("dblclick", (event) => map.zoomAt(STEP * STEP, at(event)));
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowLeft: () => map.panBy(PAN, 0), ArrowRight: () => map.panBy(-PAN, 0),
      ArrowUp: () => map.panBy(0, PAN), ArrowDown: () => map.panBy(0, -PAN),
      "+": () => map.zoomAt(STEP), "=": () => map.zoomAt(STEP), "-": () => map.zoomAt(1 / STEP),
      0: () => map.fit(), Enter: () => map.pickMiddle(), " ": () => map.pickMiddle(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  root.querySelectorAll("[data-map-act]").forEach((button) => {
    const acts = { in: () => map.zoomAt(STEP), out: () => map.zoomAt(1 / STEP), fit: () => map.fit() };
    button.addEventListener("click", acts[button.dataset.mapAct]);
  });
}

function startPointers(map, canvas, at) {
  const down = new Map();
  let moved = 0;
  const middleOf = () => {
    const [one, other] = [...down.values()];
    return other ? { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, span: Math.hypot(one.x - other.x, one.y - other.y) } : { ...one, span: 0 };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    if (!down.size) moved = 0;
    down.set(event.pointerId, at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) {
      if (event.pointerType === "mouse") map.hoverAt(at(event));
      return;
    }
    const before = middleOf();
    down.set(event.pointerId, at(event));
    const now = middleOf();
    moved += Math.hypot(now.x - before.x, now.y - before.y) + Math.abs(now.span - before.span);
    if (moved < NEAR) return;
    canvas.classList.add("is-dragging");
    map.panBy(now.x - before.x, now.y - before.y);
    if (before.span && now.span) map.zoomAt(now.span / before.span, now);
  });
  const up = (event) => {
    const wasDown = down.delete(event.pointerId);
    if (down.size) return;
    canvas.classList.remove("is-dragging");
    if (wasDown && event.type === "pointerup" && moved < NEAR) map.pickAt(at(event), event.pointerType === "mouse" ? 10 : 22);
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", () => map.hoverAt(null));
}
