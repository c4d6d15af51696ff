// Potential against our share: x our share with the market line, y what they buy (log) with the class A line.
//
// JSON:
// { meta: { as_of, run, market_share: 0.304, class_a_from: 58300 | null, currency_sign: "$", labels: 18,
//           insufficient: 0, insufficient_text: "12 without enough data are hollow" | "",
//           brush_links: [{ label: "Open as list", url: "/accounts/?run=14" }]     optional, enables the selection bar },
//   words: { market: "market share", selected: "selected", buy: "buy", gap: "gap about", ours: "ours" },
//   corners: { attack: { title: "Attack 21", lines: ["buy $15.01 M, 24 % ours", "gap about $1.00 M"] }, defend, maintain, monitor },
//   rows: [ { code, name, url, quadrant, own, total, share, gap, hollow: false, label: false } ] }
// Rows with label: true are named (at most meta.labels); without any, the largest and the farthest are.
// A rectangle drawn with the mouse fires "ka:brush" (detail { codes, total, gap, share_from, share_to, total_from, total_to })
// and its bounds are added to the links as share_from, share_to (0–1), total_from, total_to.
import { common, handleOf, quadrantColour, quadrantText, start, tokens } from "./echarts_base.js";
import { placeLabels } from "./labels.js";
import { grouped, moneyShort, moneyTick, percent, threeFigures } from "./format.js";

const WORDS = { market: "market share", selected: "selected", buy: "buy", gap: "gap about", ours: "ours" };
const STRONG = new Set(["attack", "defend"]);
const LARGE_FROM = 1000;
const APART = 4; // pixels between a name and the dots of others

function bounds(rows) {
  const totals = rows.map((row) => row.total).sort((a, b) => a - b);
  const low = totals[Math.floor(totals.length * 0.02)] ?? 1;
  const high = totals[totals.length - 1] ?? 10;
  return { low: 10 ** Math.floor(Math.log10(Math.max(low, 1))), high: high * 2, largest: high };
}

// Names to write: those asked for, else the largest, then the ones farthest from the market line.
function named(rows, market, limit) {
  const asked = rows.filter((row) => row.label);
  if (asked.length) return asked.slice(0, limit);
  const strong = rows.filter((row) => STRONG.has(row.quadrant));
  const largest = [...strong].sort((a, b) => b.total - a.total).slice(0, Math.ceil(limit / 2));
  const farthest = [...strong].sort((a, b) => Math.abs(b.share - market) - Math.abs(a.share - market)).slice(0, Math.floor(limit / 2));
  return [...new Set([...largest, ...farthest])];
}

// The side of its dot on which each name stands; names that would cover a dot, a line or a name are left out.
function sidesOf(chart, rows, chosen, market, classFrom, edges, font) {
  const at = (share, total) => chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [share, Math.max(total, edges.low)]);
  const [left, bottom] = at(0, edges.low);
  const [right, top] = at(1, edges.high);
  const dots = rows.filter((row) => STRONG.has(row.quadrant)).map((row) => {
    const [x, y] = at(row.share, row.total);
    const radius = symbolSize(row, edges.largest) / 2;
    return { key: row.code, row, x, y, radius, text: row.short || row.name };
  });
  const obstacles = dots.map(({ x, y, radius }) => ({ left: x - radius - APART, right: x + radius + APART, top: y - radius, bottom: y + radius }));
  if (market !== null) obstacles.push({ left: at(market, edges.low)[0] - 3, right: at(market, edges.low)[0] + 3, top, bottom });
  const byKey = new Map(dots.map((dot) => [dot.key, dot]));
  const points = chosen.filter((row) => byKey.has(row.code)).map((row) => {
    const below = row.share < (market ?? 0);
    return { ...byKey.get(row.code), sides: below ? ["left", "right", "top", "bottom"] : ["right", "left", "top", "bottom"] };
  });
  return placeLabels({ points, obstacles, font, bounds: { left: left + 2, right: right + 16, top: top - 4, bottom: classFrom ? at(0, classFrom)[1] - 1 : bottom } });
}

function symbolSize(row, largest) {
  if (!STRONG.has(row.quadrant)) return 4.5;
  return 6 + 16 * Math.sqrt(row.total / largest);
}

function point(row, colours, labels, edges) {
  const colour = quadrantColour(colours, row.quadrant);
  const strong = STRONG.has(row.quadrant);
  const item = {
    value: [row.share, Math.max(row.total, edges.low)],
    row,
    symbolSize: symbolSize(row, edges.largest),
    itemStyle: row.hollow
      ? { color: "transparent", borderColor: colour, borderWidth: 1.2, opacity: 0.9 }
      : { color: colour, opacity: strong ? 0.88 : 0.38, borderColor: strong ? colours.card : "transparent", borderWidth: strong ? 1 : 0 },
  };
  const position = labels.get(row.code);
  if (position) item.label = { show: true, position, formatter: row.short || row.name, color: colours.text, fontSize: 12, distance: 5 };
  return item;
}

function seriesOf(quadrant, rows, colours, labels, edges) {
  const many = !STRONG.has(quadrant) && rows.length > LARGE_FROM && !rows.some((row) => row.hollow);
  if (many) {
    return { type: "scatter", large: true, largeThreshold: 1, symbolSize: 4, z: 1, itemStyle: { color: quadrantColour(colours, quadrant), opacity: 0.38 },
      data: rows.map((row) => [row.share, Math.max(row.total, edges.low)]), rows };
  }
  return { type: "scatter", z: STRONG.has(quadrant) ? 3 : 2, data: rows.map((row) => point(row, colours, labels, edges)),
    emphasis: { scale: 1.25 } };
}

function lines(data, colours, words, phone) {
  const market = data.meta.market_share;
  const items = [];
  if (market != null) {
    items.push({ xAxis: market, label: { show: !phone, formatter: `${words.market} ${percent(market, 1)}`, position: "end", align: "left", padding: [16, 0, 0, 8], color: colours.quiet, fontSize: 12 } });
  }
  if (data.meta.class_a_from) items.push({ yAxis: data.meta.class_a_from, label: { show: false } });
  return { type: "scatter", data: [], silent: true, z: 4,
    markLine: { silent: true, symbol: "none", lineStyle: { type: "solid", color: colours.market, width: 1 }, data: items } };
}

function corner(block, quadrant, colours, width, height) {
  const right = quadrant === "defend" || quadrant === "maintain";
  const top = quadrant === "attack" || quadrant === "defend";
  const lines = block.lines ?? [];
  const phone = width < 560;
  const text = [`{t|${block.title}}`, ...(phone ? [] : lines.map((line) => `{l|${line}}`))].join("\n");
  return { type: "text", silent: true, z: 6, [right ? "right" : "left"]: right ? 24 : phone ? 52 : 70, [top ? "top" : "bottom"]: top ? 4 : 38,
    style: { text, backgroundColor: colours.card, padding: [1, 4], align: right ? "right" : "left", rich: {
      t: { fill: quadrantText(colours, quadrant), fontFamily: colours.font, fontWeight: 600, fontSize: 13, lineHeight: 19, align: right ? "right" : "left" },
      l: { fill: colours.quiet, fontFamily: colours.font, fontSize: 12, lineHeight: 17, align: right ? "right" : "left" } } } };
}

function selectedIn(range, rows) {
  const [[shareFrom, shareTo], [totalFrom, totalTo]] = range;
  const chosen = rows.filter((row) => row.share >= shareFrom && row.share <= shareTo && row.total >= totalFrom && row.total <= totalTo);
  const sum = (key) => chosen.reduce((all, row) => all + Math.max(row[key] ?? 0, 0), 0);
  return { codes: chosen.map((row) => row.code), total: sum("total"), gap: sum("gap"),
    share_from: Math.max(shareFrom, 0), share_to: Math.min(shareTo, 1), total_from: totalFrom, total_to: totalTo };
}

function showSelection(element, chosen, data, words) {
  const place = element.closest(".chart") ?? element;
  place.parentElement.querySelector(".brush-bar")?.remove();
  if (!chosen) return;
  place.dispatchEvent(new CustomEvent("ka:brush", { bubbles: true, detail: chosen }));
  if (!data.meta.brush_links?.length || !chosen.codes.length) return;
  const sign = data.meta.currency_sign;
  const bar = document.createElement("div");
  bar.className = "brush-bar";
  bar.setAttribute("role", "status");
  const strong = document.createElement("strong");
  strong.textContent = `${grouped(chosen.codes.length)} ${words.selected}`;
  bar.append(strong, `${words.buy} ${moneyShort(chosen.total, sign)}, ${words.gap} ${moneyShort(threeFigures(chosen.gap), sign)}`);
  for (const item of data.meta.brush_links) {
    const url = new URL(item.url, window.location.href);
    for (const key of ["share_from", "share_to"]) url.searchParams.set(key, chosen[key].toFixed(4));
    for (const key of ["total_from", "total_to"]) url.searchParams.set(key, chosen[key].toFixed(2));
    const link = document.createElement("a");
    link.className = "btn btn-small";
    link.href = url.href;
    link.textContent = item.label;
    bar.append(link);
  }
  place.after(bar);
}

function makeLively(chart, element, data, rows, words) {
  const rowOf = (item) => item.data?.row ?? null;
  chart.on("click", (item) => {
    const row = rowOf(item);
    if (row?.url) window.location.assign(row.url);
  });
  // On a touch screen dragging scrolls the page.
  if (window.matchMedia("(pointer: coarse)").matches || element.clientWidth < 440) return;
  chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: "rect", brushMode: "single" } });
  chart.on("brushEnd", (event) => {
    const range = event.areas?.[0]?.coordRange;
    showSelection(element, range ? selectedIn(range, rows) : null, data, words);
  });
}

export async function mount(element, data) {
  const words = { ...WORDS, ...data.words };
  const colours = tokens();
  const base = common(colours);
  const rows = data.rows.filter((row) => row.total > 0 && row.share !== null && row.share !== undefined);
  const edges = bounds(rows);
  const market = data.meta.market_share ?? null;
  const phone = element.clientWidth < 560;
  const chosen = named(rows, market ?? 0, phone ? 6 : Math.min(data.meta.labels ?? 18, 18));
  const sign = data.meta.currency_sign ?? "$";
  const chart = await start(element);
  const quadrants = ["monitor", "maintain", "explore", "defend", "attack"];
  const series = (labels) => [...quadrants.map((quadrant) => seriesOf(quadrant, rows.filter((row) => (row.quadrant ?? "monitor") === quadrant), colours, labels, edges)), lines(data, colours, words, phone)];
  const nameDots = () => {
    const labels = sidesOf(chart, rows, chosen, market, data.meta.class_a_from, edges, `12px ${colours.font}`);
    chart.setOption({ series: series(labels) });
  };
  chart.setOption({
    ...base, axis: undefined,
    grid: { left: phone ? 46 : 60, right: 24, top: phone ? 30 : 62, bottom: 28 },
    xAxis: { ...base.axis, type: "value", min: 0, max: 1, interval: phone ? 0.25 : 0.2, splitLine: { show: false }, axisLabel: { ...base.axis.axisLabel, formatter: (value) => percent(value) } },
    yAxis: { ...base.axis, type: "log", min: edges.low, max: edges.high, axisLabel: { ...base.axis.axisLabel, showMaxLabel: false, formatter: (value) => moneyTick(value, sign) } },
    tooltip: { ...base.tooltip, formatter: (item) => {
      const row = item.data?.row;
      return row ? `${row.name}\n${words.buy} ${moneyShort(row.total, sign)}, ${percent(row.share, 1)} ${words.ours}` : "";
    } },
    toolbox: { show: false },
    brush: { xAxisIndex: 0, yAxisIndex: 0, toolbox: [], transformable: false, brushStyle: { color: colours.accent, borderColor: colours.accent, opacity: 0.15, borderWidth: 1 }, outOfBrush: { colorAlpha: 1 } },
    graphic: Object.entries(data.corners ?? {}).map(([quadrant, block]) => corner(block, quadrant, colours, element.clientWidth, element.clientHeight)),
    series: series(new Map()),
  });
  nameDots();
  makeLively(chart, element, data, rows, words);
  const place = element.closest(".chart") ?? element;
  place.parentElement?.querySelector(":scope > .chart-hollow")?.remove();
  if (data.meta.insufficient_text) {
    const note = document.createElement("p");
    note.className = "chart-note chart-hollow";
    note.textContent = data.meta.insufficient_text;
    place.after(note);
  }
  const handle = handleOf(chart);
  return { ...handle, resize: () => { handle.resize(); nameDots(); } };
}
