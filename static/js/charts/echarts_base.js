// ECharts with our colours: loads the library once, reads the tokens from CSS, keeps to the strict content policy.
let library = null;

export function loadECharts() {
  library ??= new Promise((resolve, reject) => {
    if (window.echarts) {
      resolve(window.echarts);
      return;
    }
    const script = document.createElement("script");
    script.src = new URL("../echarts.min.js", import.meta.url).href;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", () => {
      library = null;
      reject(new Error("charts did not load"));
    });
    document.head.append(script);
  });
  return library;
}

const NAMES = ["bg", "card", "raised", "line", "line-inner", "text", "quiet", "faint", "hair", "accent", "accent-tint", "danger",
  "market", "rest", "band", "attack", "defend", "explore", "maintain", "monitor", "attack-text", "defend-text", "explore-text",
  "maintain-text", "monitor-text", "font"];

export function tokens() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--ka-${name}`).trim();
  return Object.fromEntries(NAMES.map((name) => [name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), read(name)]));
}

export function quadrantColour(colours, quadrant) {
  return colours[quadrant] ?? colours.hair;
}

export function quadrantText(colours, quadrant) {
  return colours[`${quadrant}Text`] ?? colours.quiet;
}

// Axis, text and tooltip options every chart starts from.
export function common(colours) {
  const font = { fontFamily: colours.font, fontSize: 12, color: colours.text };
  return {
    animation: false,
    textStyle: font,
    tooltip: {
      renderMode: "richText", backgroundColor: colours.raised, borderColor: colours.line, borderWidth: 1, padding: [8, 10],
      textStyle: { ...font, lineHeight: 18 }, confine: true,
    },
    axis: {
      axisLabel: { ...font, color: colours.text, fontSize: 12 },
      axisLine: { show: false, lineStyle: { color: colours.hair } },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.lineInner } },
      nameTextStyle: { ...font, color: colours.quiet },
    },
  };
}

export async function start(element) {
  const echarts = await loadECharts();
  return echarts.init(element, null, { renderer: "canvas" });
}

export function handleOf(chart) {
  return { resize: () => chart.resize(), dispose: () => chart.dispose() };
}
