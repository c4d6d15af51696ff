// The map of stores ([data-store-map][data-url]): stores by status and gap over the outlines of their territories, grouped
// while they are close. No tiles, nothing from outside. The table by territory below says the same in numbers.
import { Drawing } from "./store_map/drawing.js";
import { boundsOf, grouped, hullOf, projected } from "./store_map/geometry.js";
import { startMoves } from "./store_map/moves.js";
import { Side } from "./store_map/side.js";
import { text } from "./texts.js";

const STATES = 5;
const PAD = 44;
// Cells of the grid on the screen: wide while many stores are in sight, else only what lies on top of each other.
const CELL = { many: 52, few: 15, from: 250 };
const RADIUS = { least: 4.5, most: 12, group: 11, groupMost: 24 };
const CLOSEST = 40000; // pixels a degree

class StoreMap {
  constructor(root, data) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.tip = root.querySelector("[data-map-tip]");
    this.stores = data.stores;
    const plane = projected(data.stores.lat, data.stores.lon);
    Object.assign(this, plane, { status: data.stores.status });
    this.mostGap = data.stores.gap.reduce((one, other) => Math.max(one, other ?? 0), 1);
    this.hulls = this.outlines(data.territories);
    this.drawing = new Drawing(this.canvas);
    this.side = new Side(root, root.dataset.listUrl);
    this.groups = new Map();
    startMoves(this, this.canvas, root);
    new ResizeObserver(() => this.resized()).observe(this.canvas.parentElement);
    document.addEventListener("ka:theme", () => {
      this.drawing.readColours();
      this.drawSoon();
    });
    for (const name of ["focus", "blur"]) this.canvas.addEventListener(name, () => this.drawSoon());
    this.side.clear();
  }

  outlines(names) {
    const points = names.map(() => []);
    this.stores.territory.forEach((place, i) => place >= 0 && points[place].push([this.x[i], this.y[i]]));
    const found = names.map((name, place) => {
      const hull = hullOf(points[place]);
      const middle = hull.reduce((sum, [x, y]) => [sum[0] + x / hull.length, sum[1] + y / hull.length], [0, 0]);
      const heights = hull.map(([, y]) => y);
      return { name, points: hull, middle, top: Math.min(...heights), bottom: Math.max(...heights), size: points[place].length };
    });
    return found.filter((hull) => hull.size).sort((one, other) => other.size - one.size);
  }

  resized() {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement;
    if (!width || !height) return;
    const middle = this.view && this.toWorld(this.drawing.size.width / 2, this.drawing.size.height / 2);
    this.drawing.fitTo(width, height);
    if (!middle) this.fit();
    else Object.assign(this.view, { left: middle.x - width / 2 / this.view.k, top: middle.y - height / 2 / this.view.k });
    this.drawSoon();
  }

  fit(members) {
    const box = boundsOf(this.x, this.y, members);
    const { width, height } = this.drawing.size;
    const across = Math.max(box.right - box.left, 1e-4);
    const down = Math.max(box.bottom - box.top, 1e-4);
    const k = Math.min((width - 2 * PAD) / across, (height - 2 * PAD) / down, CLOSEST);
    this.view = { k, left: (box.left + box.right) / 2 - width / 2 / k, top: (box.top + box.bottom) / 2 - height / 2 / k };
    if (!members) this.widest = k / 4;
    this.drawSoon();
  }

  toWorld(sx, sy) {
    return { x: this.view.left + sx / this.view.k, y: this.view.top + sy / this.view.k };
  }

  panBy(dx, dy) {
    this.view.left -= dx / this.view.k;
    this.view.top -= dy / this.view.k;
    this.drawSoon();
  }

  zoomAt(factor, at) {
    const { width, height } = this.drawing.size;
    const { x: sx, y: sy } = at ?? { x: width / 2, y: height / 2 };
    const still = this.toWorld(sx, sy);
    this.view.k = Math.min(Math.max(this.view.k * factor, this.widest), CLOSEST);
    Object.assign(this.view, { left: still.x - sx / this.view.k, top: still.y - sy / this.view.k });
    this.drawSoon();
  }

  drawSoon() {
    if (!this.view || this.waits) return;
    this.waits = requestAnimationFrame(() => {
      this.waits = 0;
      this.draw();
    });
  }

  // Zoom in half steps decides the grid: between them groups stay as they are.
  groupsNow() {
    const level = Math.round(Math.log2(this.view.k) * 2);
    const { width, height } = this.drawing.size;
    const { left, top, k } = this.view;
    let inSight = 0;
    for (let i = 0; i < this.x.length && inSight <= CELL.from; i += 1) {
      if (this.x[i] > left && this.x[i] < left + width / k && this.y[i] > top && this.y[i] < top + height / k) inSight += 1;
    }
    const cell = (inSight > CELL.from ? CELL.many : CELL.few) / 2 ** (level / 2);
    if (!this.groups.has(cell)) {
      if (this.groups.size > 6) this.groups.clear();
      this.groups.set(cell, grouped(this, cell, STATES));
    }
    return this.groups.get(cell);
  }

  draw() {
    const { width, height } = this.drawing.size;
    const { left, top, k } = this.view;
    this.items = [];
    for (const group of this.groupsNow()) {
      const [sx, sy] = [(group.x - left) * k, (group.y - top) * k];
      if (sx < -30 || sy < -30 || sx > width + 30 || sy > height + 30) continue;
      Object.assign(group, { sx, sy, r: this.radius(group), status: this.status[group.members[0]] });
      this.items.push(group);
    }
    this.items.sort((one, other) => one.members.length - other.members.length || other.r - one.r);
    const chosen = this.items.find((item) => item.members.includes(this.chosen));
    const cross = this.canvas.matches(":focus-visible");
    this.drawing.draw({ view: this.view, shrink: this.shrink, hulls: this.hulls, items: this.items, chosen, cross });
    this.root.dataset.items = this.items.length;
  }

  radius(group) {
    const count = group.members.length;
    if (count > 1) return Math.min(RADIUS.group + 2 * Math.log2(count / 2), RADIUS.groupMost);
    const gap = this.stores.gap[group.members[0]] ?? 0;
    return RADIUS.least + (RADIUS.most - RADIUS.least) * Math.sqrt(gap / this.mostGap);
  }

  itemAt({ x, y }, reach) {
    const near = (this.items ?? []).map((item) => ({ item, far: Math.hypot(item.sx - x, item.sy - y) - item.r }));
    return near.filter(({ far }) => far <= reach).sort((one, other) => one.far - other.far)[0]?.item;
  }

  pickAt(at, reach) {
    const item = this.itemAt(at, reach);
    this.chosen = item?.members[0];
    if (item) this.side.show(item, this.stores, this.boxOf(item));
    else this.side.clear();
    this.drawSoon();
  }

  pickMiddle() {
    const { width, height } = this.drawing.size;
    this.pickAt({ x: width / 2, y: height / 2 }, 40);
  }

  // A hair wider than its stores: coordinates are rounded.
  boxOf(item) {
    const hair = 2e-5;
    const lats = item.members.map((i) => this.stores.lat[i]);
    const lons = item.members.map((i) => this.stores.lon[i]);
    const ends = (values) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    const [[south, north], [west, east]] = [ends(lats), ends(lons)];
    return { south: Math.max(south - hair, -90), north: Math.min(north + hair, 90), west: Math.max(west - hair, -180), east: Math.min(east + hair, 180) };
  }

  hoverAt(at) {
    const item = at && this.itemAt(at, 6);
    this.canvas.classList.toggle("is-over", Boolean(item));
    this.tip.hidden = !item;
    if (!item) return;
    const count = item.members.length;
    this.tip.textContent = count === 1 ? this.stores.name[item.members[0]] : this.side.words.title.replace("{n}", this.side.number.format(count));
    this.tip.style.left = `${Math.min(item.sx + item.r + 8, this.drawing.size.width - 180)}px`;
    this.tip.style.top = `${item.sy - 12}px`;
  }
}

export async function mount(root) {
  root.dataset.state = "loading";
  const told = root.querySelector("[data-map-told]");
  try {
    const response = await fetch(root.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const data = await response.json();
    told.hidden = true;
    if (data.stores.code.length) root.storeMap = new StoreMap(root, data);
    root.dataset.state = "ready";
  } catch (error) {
    console.warn("map", error);
    root.dataset.state = "error";
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "link-btn", textContent: text("again") });
    again.addEventListener("click", () => mount(root));
    told.hidden = false;
    told.replaceChildren(`${text("failed")} `, again);
  }
}

document.querySelectorAll("[data-store-map]").forEach(mount);
