// Movement between classes or quadrants from one run to the next: two columns of blocks, ribbons between.
//
// JSON:
// { meta: { as_of, run, before_run }, words: { from: "run 13, 1 Aug 2022", to: "run 14, 1 Nov 2022" },
//   nodes: [ { key: "attack", label: "Attack", quadrant: "attack" } ],     order from top; quadrant only colours
//   flows: [ { from: "attack", to: "defend", count: 12, url: "/segmentation/movement/?from=attack&to=defend" } ] }
// "from" or "to" may be null: new since, or gone. Flows that stay (from = to) are drawn pale.
import { make } from "./svg.js";
import { grouped } from "./format.js";

const BLOCK = 10;
const SPACE = 16;
const TOP = 34;

function sumBy(flows, side, key) {
  return flows.reduce((sum, flow) => sum + (flow[side] === key ? flow.count : 0), 0);
}

// Square roots keep the few that moved visible beside the hundreds that stayed.
function thickness(count) {
  return count ? Math.max(1.5, Math.sqrt(count) * 2.2) : 0;
}

function column(nodes, flows, side) {
  const blocks = new Map();
  let y = TOP;
  for (const node of nodes) {
    const parts = flows.filter((flow) => flow[side] === node.key);
    const height = Math.max(parts.reduce((sum, flow) => sum + thickness(flow.count), 0), 24);
    blocks.set(node.key, { y, height, next: y, count: sumBy(flows, side, node.key) });
    y += height + SPACE;
  }
  return { blocks, bottom: y };
}

function ribbon(x1, y1, x2, y2, size) {
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}V${y2 + size}C${middle} ${y2 + size} ${middle} ${y1 + size} ${x1} ${y1 + size}Z`;
}

function drawNodes(svg, nodes, side, x, textX, anchor) {
  for (const node of nodes) {
    const block = side.blocks.get(node.key);
    svg.append(make("rect", { class: `flow-node q-${node.quadrant ?? "none"}`, x, y: block.y, width: BLOCK, height: block.height, rx: 2 }));
    svg.append(make("text", { class: `name ${anchor}`, x: textX, y: block.y + block.height / 2 }, node.label));
    svg.append(make("text", { class: `quiet small ${anchor}`, x: textX, y: block.y + block.height / 2 + 15 }, grouped(block.count)));
  }
}

export function mount(element, data) {
  const width = Math.max(element.clientWidth, 300);
  const margin = width < 480 ? 72 : 110;
  const known = (key) => data.nodes.some((node) => node.key === key);
  const flows = data.flows.map((flow) => ({ ...flow, from: known(flow.from) ? flow.from : "none", to: known(flow.to) ? flow.to : "none" }));
  const outside = flows.some((flow) => flow.from === "none" || flow.to === "none") && !known("none");
  const nodes = outside ? [...data.nodes, { key: "none", label: data.words?.none ?? "–" }] : data.nodes;
  const left = column(nodes, flows, "from");
  const right = column(nodes, flows, "to");
  const height = Math.max(left.bottom, right.bottom);
  const svg = make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group" });
  svg.append(make("text", { class: "quiet", x: 0, y: 14 }, data.words?.from ?? ""));
  svg.append(make("text", { class: "quiet end", x: width, y: 14 }, data.words?.to ?? ""));
  const order = (key) => nodes.findIndex((node) => node.key === key);
  const sorted = [...flows].sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to));
  const labels = new Map(nodes.map((node) => [node.key, node.label]));
  for (const flow of sorted) {
    const from = left.blocks.get(flow.from);
    const to = right.blocks.get(flow.to);
    const size = thickness(flow.count);
    const target = nodes.find((node) => node.key === flow.to);
    const text = `${labels.get(flow.from)} → ${labels.get(flow.to)}: ${grouped(flow.count)}`;
    const link = flow.url ? make("a", { href: flow.url, "aria-label": text }) : make("g");
    const still = flow.from === flow.to;
    const shape = make("path", { class: `flow-ribbon q-${still ? "none" : target?.quadrant ?? "none"}`, d: ribbon(margin + BLOCK, from.next, width - margin - BLOCK, to.next, size) });
    shape.append(make("title", {}, text));
    link.append(shape);
    svg.append(link);
    from.next += size;
    to.next += size;
  }
  drawNodes(svg, nodes, left, margin, margin - 10, "end");
  drawNodes(svg, nodes, right, width - margin - BLOCK, width - margin + 10, "");
  element.append(svg);
}
