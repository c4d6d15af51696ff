// Finds [data-chart=kind][data-url], loads the kind's module and its numbers, keeps old numbers when a refresh fails.
//
// Every module exports mount(element, data) and may return { resize(), dispose() }.
// An element with <script type="application/json"> inside uses that instead of data-url (gallery, tests).
// The chart's state is data-state: "loading" | "ready" | "error".
import { text } from "../texts.js";

const KINDS = new Set(["slope", "scatter", "concentration", "share_history", "flow", "comparison_lines"]);
const live = new Map(); // element -> { data, handle, module }

function loadModule(kind) {
  switch (kind) {
    case "slope": return import("./slope.js");
    case "scatter": return import("./scatter.js");
    case "concentration": return import("./concentration.js");
    case "share_history": return import("./share_history.js");
    case "flow": return import("./flow.js");
    default: return import("./comparison_lines.js");
  }
}

async function numbersOf(element) {
  const inside = element.querySelector(':scope > script[type="application/json"]');
  if (inside) return JSON.parse(inside.textContent);
  if (!element.dataset.url) return { meta: {}, rows: [] };
  const response = await fetch(element.dataset.url, {
    headers: { Accept: "application/json", "X-Requested-With": "fetch" },
    credentials: "same-origin",
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

function showError(element, entry) {
  element.dataset.state = "error";
  element.querySelector(".error-line")?.remove();
  element.querySelector(".chart-bones")?.remove();
  const line = document.createElement("p");
  line.className = "error-line";
  line.setAttribute("role", "alert");
  const asOf = entry.data?.meta?.as_of ? ` (${text("asOf")} ${entry.data.meta.as_of})` : "";
  line.append(`${text("failed")}${asOf} `);
  const again = document.createElement("button");
  again.type = "button";
  again.className = "link-btn";
  again.textContent = text("again");
  again.addEventListener("click", () => load(element));
  line.append(again);
  element.prepend(line);
}

async function draw(element, entry) {
  entry.handle?.dispose?.();
  let canvas = element.querySelector(":scope > .chart-canvas");
  if (!canvas) {
    canvas = document.createElement("div");
    canvas.className = "chart-canvas";
    element.append(canvas);
  }
  canvas.replaceChildren();
  entry.width = element.clientWidth;
  entry.handle = (await entry.module.mount(canvas, entry.data)) ?? null;
}

export async function load(element) {
  const entry = live.get(element) ?? {};
  live.set(element, entry);
  element.dataset.state = "loading";
  element.setAttribute("aria-busy", "true");
  try {
    entry.module ??= await loadModule(element.dataset.chart);
    entry.data = await numbersOf(element);
    element.querySelector(".chart-bones")?.remove();
    element.querySelector(".error-line")?.remove();
    await draw(element, entry);
    element.dataset.state = "ready";
  } catch (error) {
    console.warn("chart", element.dataset.chart, error);
    showError(element, entry);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

export function mountAll(root = document) {
  const found = [...root.querySelectorAll("[data-chart]")];
  if (root.matches?.("[data-chart]")) found.push(root);
  for (const element of found) {
    if (!live.has(element) && KINDS.has(element.dataset.chart)) {
      load(element);
      sizes.observe(element);
    }
  }
}

// A chart in a hidden tab has no width: it is drawn again when its width changes.
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const entry = live.get(target);
    if (!target.isConnected) {
      entry?.handle?.dispose?.();
      live.delete(target);
      sizes.unobserve(target);
      continue;
    }
    const width = Math.round(contentRect.width);
    if (entry?.width === undefined || entry.width === width) continue; // not drawn yet, or as wide as drawn
    entry.width = width;
    if (entry.handle?.resize) entry.handle.resize();
    else draw(target, entry);
  }
});

document.addEventListener("ka:theme", () => {
  for (const [element, entry] of live) {
    if (element.isConnected && entry.data && entry.module) draw(element, entry);
  }
});
