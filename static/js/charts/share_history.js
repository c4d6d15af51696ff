// A store's share over time: ours with its band, the market as a line, events as uprights, single visits as rings.
//
// JSON:
// { meta: { as_of, quadrant: "attack" }, 
//   words: { ours: "ours, now 7.8 %", market: "market, now 27.0 %", visits: "visits, about 19 %" },
//   rows:   [ { on: "2021-03-01", share: 0.069, low: 0.05, high: 0.10, market: 0.365 } ],   null where unknown
//   events: [ { on: "2022-08-01", text: "flagged 1 Aug" } ],
//   visits: [ { on: "2022-11-07", share: 0.17 } ],
//   visits_interval: { on: "2022-11-07", low: 0.08, high: 0.40 } | null }
import { common, handleOf, quadrantColour, quadrantText, start, tokens } from "./echarts_base.js";
import { percent } from "./format.js";

function ceiling(data) {
  const values = data.rows.flatMap((row) => [row.share, row.high, row.market]).concat((data.visits ?? []).map((visit) => visit.share), data.visits_interval?.high);
  const top = Math.max(0.1, ...values.filter((value) => value !== null && value !== undefined));
  return Math.min(1, Math.ceil((top + 0.02) * 10) / 10);
}

// Room at the right for the words of the visits and of a late event.
function rightEdge(data, width) {
  const times = [...data.rows, ...(data.visits ?? []), ...(data.events ?? [])].map((item) => Date.parse(item.on));
  if (!data.visits?.length && !data.events?.length) return undefined;
  const first = Math.min(...times);
  const last = Math.max(...times);
  const share = Math.min(140 / Math.max(width - 200, 140), 0.6);
  return last + (last - first) * share;
}

function band(rows, colour) {
  const common = { type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, silent: true, z: 1, tooltip: { show: false } };
  return [
    { ...common, name: "", data: rows.map((row) => [row.on, row.low]) },
    { ...common, name: "", areaStyle: { color: colour, opacity: 0.16 }, data: rows.map((row) => [row.on, row.low == null || row.high == null ? null : row.high - row.low]) },
  ];
}

// A line's words stand at its middle; the two lines' words keep away from each other.
function wordAt(rows, key, part) {
  const known = rows.filter((row) => row[key] !== null && row[key] !== undefined);
  const row = known[Math.floor(known.length * part)];
  return row ? [row.on, row[key]] : null;
}

function wordSeries(rows, key, text, colour, above, part) {
  const at = text && wordAt(rows, key, part);
  return { type: "scatter", silent: true, symbolSize: 0.1, z: 6, itemStyle: { opacity: 1 }, tooltip: { show: false },
    data: at ? [{ value: at, label: { show: true, formatter: text, position: above ? "top" : "bottom", distance: 10, color: colour, fontSize: 12, fontWeight: 600 } }] : [] };
}

function visitSeries(data, colour, textColour, colours, words) {
  const interval = data.visits_interval;
  const visits = data.visits ?? [];
  return { type: "scatter", symbol: "circle", symbolSize: 8, z: 5, itemStyle: { color: colours.card, borderColor: colour, borderWidth: 2, opacity: 1 },
    data: visits.map((visit, index) => ({ value: [visit.on, visit.share], label: index === visits.length - 1 && words.visits
      ? { show: true, formatter: words.visits, position: "right", distance: 8, color: textColour, fontSize: 12, fontWeight: 600 } : undefined })),
    markLine: interval ? { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colour, width: 1.5, type: "solid", opacity: 0.7 },
      data: [[{ coord: [interval.on, interval.low] }, { coord: [interval.on, interval.high] }]] } : undefined };
}

export async function mount(element, data) {
  const colours = tokens();
  const base = common(colours);
  const words = data.words ?? {};
  const quadrant = data.meta?.quadrant ?? "accent";
  const colour = quadrant === "accent" ? colours.accent : quadrantColour(colours, quadrant);
  const textColour = quadrant === "accent" ? colours.accent : quadrantText(colours, quadrant);
  const chart = await start(element);
  const lastAt = Math.max(...[...data.rows, ...(data.visits ?? [])].map((item) => Date.parse(item.on)));
  const language = document.documentElement.lang || "en";
  const month = new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" });
  const year = new Intl.DateTimeFormat(language, { month: "short", year: "2-digit", timeZone: "UTC" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  chart.setOption({
    ...base, axis: undefined, useUTC: true,
    grid: { left: 46, right: 20, top: 26, bottom: 26 },
    xAxis: { ...base.axis, type: "time", max: rightEdge(data, element.clientWidth), splitLine: { show: false }, splitNumber: element.clientWidth < 500 ? 4 : 8,
      axisLabel: { ...base.axis.axisLabel, hideOverlap: true, formatter: (value) => (value > lastAt ? "" : new Date(value).getUTCMonth() === 0 ? year.format(new Date(value)) : month.format(new Date(value))) } },
    yAxis: { ...base.axis, type: "value", min: 0, max: ceiling(data), axisLabel: { ...base.axis.axisLabel, formatter: (value) => percent(value) } },
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "line", lineStyle: { color: colours.hair } },
      formatter: (items) => [day.format(new Date(items[0].axisValue)), ...items.filter((item) => item.seriesName && !item.seriesName.startsWith("series")).map((item) => `${item.seriesName} ${percent(item.value[1], 1)}`)].join("\n") },
    series: [
      ...band(data.rows, colour),
      { name: words.market_name ?? "market", type: "line", showSymbol: false, z: 3, data: data.rows.map((row) => [row.on, row.market]), lineStyle: { color: colours.market, width: 1.5 }, itemStyle: { color: colours.market },
        markLine: { silent: true, symbol: "none", lineStyle: { color: colours.accent, type: [3, 3], width: 1.2 },
          data: (data.events ?? []).map((event, index) => ({ xAxis: event.on, label: { formatter: event.text, color: colours.accent, fontSize: 12, fontWeight: 600, position: "end", align: index === 0 && data.events.length > 1 ? "right" : "left", padding: [0, 5] } })) } },
      { name: words.ours_name ?? "ours", type: "line", showSymbol: false, z: 4, data: data.rows.map((row) => [row.on, row.share]), lineStyle: { color: colour, width: 2.2 }, itemStyle: { color: colour } },
      wordSeries(data.rows, "market", words.market, colours.text, true, 0.6),
      wordSeries(data.rows.map((row) => ({ ...row, low: row.low ?? row.share })), "low", words.ours, textColour, false, 0.5),
      visitSeries(data, colour, textColour, colours, words),
    ],
  });
  return handleOf(chart);
}
