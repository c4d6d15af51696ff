// Lines in the gutter between two lists of the comparison page, drawn over the table that the server wrote.
//
// The table: <div class="compare"> … cells of the row that touch the gutter carry
//   <td data-side="own"   data-code="C1" data-rank="47" data-quadrant="attack" data-kind="kept|misfiled">  last cell left
//   <td data-side="total" data-code="C1" data-rank="14" data-quadrant="attack" data-kind="kept|missed">    first cell right
// and the element [data-chart="comparison_lines"] lies inside the same .compare. It needs no data-url:
// everything is in the cells. data-selected="C1" on .compare thickens one line.
// Lines of names that moved fewer than data-hair (8) ranks are hairlines. A missed name has a stub with an open circle,
// a misfiled one a stub with a cross. Fire "ka:compare" on .compare after changing rows.
import { make, sCurve } from "./svg.js";

const STUB = 30;

function ends(compare, overlay) {
  const origin = overlay.getBoundingClientRect();
  const cells = new Map();
  for (const cell of compare.querySelectorAll("[data-side][data-code]")) {
    const box = cell.getBoundingClientRect();
    if (!box.height) continue;
    const entry = cells.get(cell.dataset.code) ?? { code: cell.dataset.code, quadrant: cell.dataset.quadrant, kind: cell.dataset.kind };
    entry[cell.dataset.side] = { y: box.top + box.height / 2 - origin.top, rank: Number(cell.dataset.rank),
      x: (cell.dataset.side === "own" ? box.right + 4 : box.left - 4) - origin.left };
    if (cell.dataset.kind !== "kept") entry.kind = cell.dataset.kind;
    cells.set(cell.dataset.code, entry);
  }
  return [...cells.values()];
}

function stub(svg, item) {
  const colour = `q-${item.quadrant ?? "none"}`;
  if (item.total && !item.own) {
    const { x, y } = item.total;
    svg.append(make("path", { class: `compare-line moved ${colour}`, d: `M${x - STUB} ${y}H${x}` }));
    svg.append(make("circle", { class: `compare-mark ${colour}`, cx: x - STUB, cy: y, r: 3.2 }));
  } else if (item.own && !item.total) {
    const { x, y } = item.own;
    svg.append(make("path", { class: `compare-line moved ${colour}`, d: `M${x} ${y}H${x + STUB}` }));
    svg.append(make("path", { class: `compare-cross ${colour}`, d: `M${x + STUB - 1} ${y - 3.5}l7 7m0 -7l-7 7` }));
  }
}

export function mount(element) {
  const overlay = element.closest("[data-chart]") ?? element;
  const compare = overlay.closest(".compare");
  if (!compare) return null;
  const hair = Number(compare.dataset.hair ?? 8);
  const draw = () => {
    const box = overlay.getBoundingClientRect();
    const svg = make("svg", { width: box.width, height: box.height, "aria-hidden": "true" });
    const strength = (item) => (item.code === compare.dataset.selected ? 2 : item.own && item.total && Math.abs(item.own.rank - item.total.rank) >= hair ? 1 : 0);
    for (const item of ends(compare, overlay).sort((a, b) => strength(a) - strength(b))) {
      if (!item.own || !item.total) {
        stub(svg, item);
        continue;
      }
      const kind = ["", " moved", " selected"][strength(item)];
      const colour = kind ? ` q-${item.quadrant ?? "none"}` : "";
      svg.append(make("path", { class: `compare-line${kind}${colour}`, d: sCurve(item.own.x, item.own.y, item.total.x, item.total.y) }));
    }
    element.replaceChildren(svg);
  };
  draw();
  compare.addEventListener("ka:compare", draw);
  const sizes = new ResizeObserver(draw);
  sizes.observe(compare);
  return { resize: draw, dispose: () => { sizes.disconnect(); compare.removeEventListener("ka:compare", draw); } };
}
