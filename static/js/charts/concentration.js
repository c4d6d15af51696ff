// How few customers bring how much: cumulative share over a log rank axis, ours solid, all they buy dashed.
//
// JSON:
// { meta: { as_of, run }, words: { axis: "customers, largest first (log scale)" },
//   own:   [0.25, 0.33, …]           cumulative share of our sales, customer 1, 2, … (each list ranked by itself)
//   total: [0.30, 0.37, …] | null    cumulative share of all they buy
//   band: [0.30, 0.55] | null        usual range, shaded
//   points: [ { rank: 59, text: "59 make 80 %: class A ends" } ] }     at most three, on our line
import { common, handleOf, start, tokens } from "./echarts_base.js";
import { grouped, percent } from "./format.js";

const series = (values) => values.map((share, index) => [index + 1, share]);

function drops(points, own) {
  return points.flatMap(({ rank }) => {
    const share = own[rank - 1];
    if (rank <= 1 || share === undefined) return [];
    return [[{ coord: [1, share] }, { coord: [rank, share] }], [{ coord: [rank, share] }, { coord: [rank, 0] }]];
  });
}

export async function mount(element, data) {
  const colours = tokens();
  const base = common(colours);
  const chart = await start(element);
  const points = data.points ?? [];
  const last = Math.max(data.own.length, data.total?.length ?? 0, 10);
  const words = { axis: "customers, largest first (log scale)", ours: "our sales", total: "all they buy", ...data.words };
  chart.setOption({
    ...base, axis: undefined,
    grid: { left: 50, right: 18, top: 12, bottom: 44 },
    xAxis: { ...base.axis, type: "log", min: 1, max: 10 ** Math.ceil(Math.log10(last)), name: words.axis, nameLocation: "middle", nameGap: 26, splitLine: { show: false },
      axisLabel: { ...base.axis.axisLabel, formatter: (value) => grouped(value) } },
    yAxis: { ...base.axis, type: "value", min: 0, max: 1, interval: 0.2, axisLabel: { ...base.axis.axisLabel, formatter: (value) => percent(value) } },
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "line", lineStyle: { color: colours.hair } },
      formatter: (items) => [grouped(items[0].value[0]), ...items.map((item) => `${item.seriesName} ${percent(item.value[1], 1)}`)].join("\n") },
    series: [
      { name: words.total, type: "line", showSymbol: false, data: data.total ? series(data.total) : [], lineStyle: { color: colours.quiet, width: 1.4, type: [5, 4] }, itemStyle: { color: colours.quiet }, z: 2 },
      { name: words.ours, type: "line", showSymbol: false, data: series(data.own), lineStyle: { color: colours.accent, width: 2.2 }, itemStyle: { color: colours.accent }, z: 3,
        markArea: data.band ? { silent: true, itemStyle: { color: colours.band }, data: [[{ yAxis: data.band[0] }, { yAxis: data.band[1] }]] } : undefined,
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colours.hair, type: [3, 3], width: 1 }, data: drops(points, data.own) } },
      { type: "scatter", silent: true, z: 5, symbolSize: 7, itemStyle: { color: colours.accent, borderColor: colours.card, borderWidth: 1.5, opacity: 1 },
        data: points.map((point) => {
          const late = point.rank > last / 12 && element.clientWidth < 460;
          return { value: [point.rank, data.own[point.rank - 1]], label: { show: true, formatter: point.text, position: late ? "left" : "right", offset: late ? [0, -14] : [2, 11], color: colours.text, fontSize: 12 } };
        }) },
    ],
  });
  return handleOf(chart);
}
