// Two lists side by side: left by what they buy from us, right by what they buy at all, S-curves between.
//
// JSON:
// { meta: { as_of: "2022-10-31", run: 14, market_share: 0.304, currency_sign: "$" },
//   size: 10,                         rows of each list before the hairline
//   telling: "C00017" | null,         code of the most telling name
//   words: { left, right, left_short, right_short, amount, ours, market, open, quadrants: {attack: "attack: large …"} },
//   rows: [ { code, name, short, url, quadrant, own, total, share, rank_own, rank_total } ] }
// Rows: every name that one of the two lists has among its first `size`, and the telling name. Money in currency units,
// share 0–1 or null, ranks from 1 or null (never bought from us). A row's `short` is for phones (optional).
import { fit, fontOf, make, sCurve } from "./svg.js";
import { moneyShort, percent, thousands } from "./format.js";

const WORDS = {
  left: "By what they buy from us", right: "By what they buy at all", left_short: "Buy from us", right_short: "Buy at all",
  amount: "$ thousand", ours: "ours", market: "market share", open: "Open dossier", quadrants: {},
};
const PHONE_BELOW = 560;

function layoutFor(width) {
  if (width < PHONE_BELOW) {
    const side = Math.min(94, (width - 150) / 2);
    const left = Math.round(side + 36);
    return { phone: true, width, row: 27, top: 46, left, right: width - left, name: side, nameEnd: left - 36, rankEnd: left - 12,
      nameStart: width - left + 36, rankStart: width - left + 12 };
  }
  const zone = width < 780 ? 150 : 170;
  const left = Math.round((width - zone) * 0.46);
  const right = left + zone;
  const amountEnd = width - 62;
  return { phone: false, width, row: 29, top: 52, left, right, nameEnd: left - 38, rankEnd: left - 13, rankStart: right + 13,
    nameStart: right + 38, amountLeft: 44, amountRight: amountEnd, oursEnd: width, name: Math.min(left - 38 - 52, amountEnd - 42 - right - 38) };
}

// Where each name lies on one side: the first `size`, then a hairline, then the rest with gaps where ranks are skipped.
function places(rows, rankOf, size, layout) {
  const sorted = [...rows].sort((a, b) => (rankOf(a) ?? Infinity) - (rankOf(b) ?? Infinity));
  const at = new Map();
  const dots = [];
  let y = layout.top;
  let before = null;
  let rule = null;
  for (const row of sorted) {
    const rank = rankOf(row) ?? Infinity;
    if (before !== null) {
      y += layout.row;
      if (rank > size && before <= size) {
        rule = y - layout.row / 2 + 7;
        y += 16;
      }
      if (rank - before > 2) {
        y += 15;
        dots.push(y - layout.row / 2 - 7);
      }
    }
    at.set(row.code, y);
    before = rank;
  }
  return { at, dots, rule, bottom: y };
}

function sideTexts(group, row, layout, y, side, isTelling, market) {
  const isLeft = side === "left";
  const rank = isLeft ? row.rank_own : row.rank_total;
  const label = (layout.phone && row.short) || row.name;
  const strong = isTelling ? " telling" : "";
  const weight = isTelling ? 600 : 400;
  const cut = fit(label, layout.name, fontOf(document.body, 13, weight));
  const below = row.share !== null && market !== null && row.share < market;
  if (isLeft) {
    if (!layout.phone) group.append(make("text", { class: `quiet end`, x: layout.amountLeft, y: y + 4 }, thousands(row.own)));
    group.append(make("text", { class: `name end${strong}`, x: layout.nameEnd, y: y + 4 }, cut));
    group.append(make("text", { class: `end ${isTelling ? "telling" : "quiet"}`, x: layout.rankEnd, y: y + 4 }, String(rank ?? "–")));
    return;
  }
  group.append(make("text", { class: isTelling ? "telling" : "quiet", x: layout.rankStart, y: y + 4 }, String(rank ?? "–")));
  group.append(make("text", { class: `name${strong}`, x: layout.nameStart, y: y + 4 }, cut));
  if (layout.phone) return;
  group.append(make("text", { class: "quiet end", x: layout.amountRight, y: y + 4 }, thousands(row.total)));
  group.append(make("text", { class: `end${below ? " below" : ""}${strong}`, x: layout.oursEnd, y: y + 4 }, percent(row.share)));
}

function drawRow(row, layout, y1, y2, isTelling, market, words) {
  const group = make("g", { class: `slope-row q-${row.quadrant ?? "none"}`, tabindex: -1, role: "link", "data-code": row.code,
    "aria-label": `${row.name}: ${words.left} ${row.rank_own ?? "–"}, ${words.right} ${row.rank_total ?? "–"}, ${percent(row.share)} ${words.ours}` });
  const half = layout.row / 2;
  group.append(make("rect", { class: "slope-hit", x: -6, y: y1 - half, width: layout.left + 6, height: layout.row, rx: 4 }));
  group.append(make("rect", { class: "slope-hit", x: layout.right, y: y2 - half, width: layout.width - layout.right + 6, height: layout.row, rx: 4 }));
  const curve = sCurve(layout.left, y1, layout.right, y2);
  const still = row.rank_own === row.rank_total;
  group.append(make("path", { class: "halo", d: curve }));
  group.append(make("path", { class: `flow-line${still ? " still" : ""}${isTelling ? " telling-line" : ""}`, d: curve }));
  const radius = isTelling ? 4.5 : 3;
  group.append(make("circle", { class: "flow-dot", cx: layout.left, cy: y1, r: radius }));
  group.append(make("circle", { class: "flow-dot", cx: layout.right, cy: y2, r: radius }));
  sideTexts(group, row, layout, y1, "left", isTelling, market);
  sideTexts(group, row, layout, y2, "right", isTelling, market);
  return group;
}

function drawHead(svg, layout, words) {
  const y = layout.phone ? 18 : 20;
  if (layout.phone) {
    svg.append(make("text", { class: "head end", x: layout.nameEnd, y }, words.left_short));
    svg.append(make("text", { class: "head", x: layout.nameStart, y }, words.right_short));
    return;
  }
  svg.append(make("text", { class: "quiet", x: 0, y }, words.amount));
  svg.append(make("text", { class: "head end", x: layout.rankEnd, y }, words.left));
  svg.append(make("text", { class: "head", x: layout.rankStart, y }, words.right));
  svg.append(make("text", { class: "quiet end", x: layout.amountRight, y }, words.amount));
  svg.append(make("text", { class: "quiet end", x: layout.oursEnd, y }, words.ours));
  svg.append(make("path", { class: "hair", d: `M0 32H${layout.rankEnd}M${layout.rankStart} 32H${layout.width}` }));
}

function drawSkips(svg, layout, left, right) {
  const rules = [];
  if (left.rule !== null) rules.push(`M0 ${left.rule}H${layout.rankEnd}`);
  if (right.rule !== null) rules.push(`M${layout.rankStart} ${right.rule}H${layout.width}`);
  svg.append(make("path", { class: "hair", d: rules.join("") }));
  for (const y of left.dots) svg.append(make("text", { class: "quiet end", x: layout.rankEnd - 4, y: y + 4 }, "⋮"));
  for (const y of right.dots) svg.append(make("text", { class: "quiet", x: layout.rankStart + 4, y: y + 4 }, "⋮"));
}

function drawLegend(data, words) {
  const legend = document.createElement("div");
  legend.className = "legend";
  for (const quadrant of ["attack", "defend", "explore", "maintain", "monitor"]) {
    if (!data.rows.some((row) => row.quadrant === quadrant)) continue;
    const item = document.createElement("span");
    const square = document.createElement("span");
    square.className = `q-square q-${quadrant}`;
    item.append(square, words.quadrants[quadrant] ?? quadrant);
    legend.append(item);
  }
  if (data.meta?.market_share != null) {
    const market = document.createElement("span");
    market.className = "push";
    market.textContent = `${words.market} ${percent(data.meta.market_share, 1)}`;
    legend.append(market);
  }
  return legend;
}

// Hover and arrow keys make one name bold and the others pale; a click or Enter opens its dossier.
function makeLively(svg, data, layout, note, words) {
  const groups = [...svg.querySelectorAll(".slope-row")];
  const byCode = new Map(data.rows.map((row) => [row.code, row]));
  const walkOrder = [...data.rows].sort((a, b) => (a.rank_total ?? Infinity) - (b.rank_total ?? Infinity)).map((row) => row.code);
  const groupOf = (code) => groups.find((group) => group.dataset.code === code);
  const lift = (group) => {
    svg.classList.toggle("has-hover", Boolean(group));
    groups.forEach((item) => item.classList.toggle("hover", item === group));
  };
  const open = (group) => {
    const row = byCode.get(group.dataset.code);
    if (layout.phone) {
      lift(group);
      note.replaceChildren(`${row.name}: ${moneyShort(row.own, data.meta?.currency_sign)} / ${moneyShort(row.total, data.meta?.currency_sign)}, ${percent(row.share)} ${words.ours} · `);
      const link = document.createElement("a");
      link.href = row.url;
      link.textContent = words.open;
      note.append(link);
    } else if (row.url) {
      window.location.assign(row.url);
    }
  };
  const first = groupOf(walkOrder[0]);
  first?.setAttribute("tabindex", "0");
  for (const group of groups) {
    group.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && lift(group));
    group.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && lift(null));
    group.addEventListener("focus", () => lift(group));
    group.addEventListener("blur", () => lift(null));
    group.addEventListener("click", () => open(group));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter") open(group);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = groupOf(walkOrder[walkOrder.indexOf(group.dataset.code) + step]);
      if (!next) return;
      group.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }
}

export function mount(element, data) {
  const words = { ...WORDS, ...data.words };
  const layout = layoutFor(Math.max(element.clientWidth, 300));
  const size = data.size ?? 10;
  const market = data.meta?.market_share ?? null;
  const left = places(data.rows, (row) => row.rank_own, size, layout);
  const right = places(data.rows, (row) => row.rank_total, size, layout);
  const height = Math.max(left.bottom, right.bottom) + layout.row / 2 + 4;
  const svg = make("svg", { class: "slope-svg", width: layout.width, height, viewBox: `0 0 ${layout.width} ${height}`, role: "group" });
  drawHead(svg, layout, words);
  drawSkips(svg, layout, left, right);
  const strength = (row) => (row.code === data.telling ? 2 : row.rank_own === row.rank_total ? 0 : 1);
  for (const row of [...data.rows].sort((a, b) => strength(a) - strength(b))) {
    svg.append(drawRow(row, layout, left.at.get(row.code), right.at.get(row.code), row.code === data.telling, market, words));
  }
  const note = document.createElement("p");
  note.className = "chart-note";
  note.setAttribute("aria-live", "polite");
  element.append(svg, layout.phone ? note : drawLegend(data, words));
  makeLively(svg, data, layout, note, words);
}
