// Draws the map of stores on a canvas: grid of degrees, outlines of territories, groups, single stores.
import { stepOf } from "./geometry.js";

const TOKENS = { card: "card", line: "line", inner: "line-inner", text: "text", quiet: "quiet", hair: "hair", accent: "accent", tint: "bg" };
// By status: surely below, probably below, at or above, too early, not measured.
const COLOURS = ["attack", "explore", "defend", "hair", "hair"];

export function coloursOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--ka-${name}`).trim();
  const found = Object.fromEntries(Object.entries(TOKENS).map(([key, name]) => [key, read(name)]));
  return { ...found, status: COLOURS.map(read), font: style.fontFamily };
}

// The shape says the status without its colour: ▼ ◆ ● ○ ×
export function shape(pen, status, x, y, r, colour, ground) {
  pen.beginPath();
  pen.fillStyle = colour;
  pen.strokeStyle = ground;
  pen.lineWidth = 1;
  if (status === 0) {
    pen.moveTo(x - r, y - r * 0.8);
    pen.lineTo(x + r, y - r * 0.8);
    pen.lineTo(x, y + r);
    pen.closePath();
  } else if (status === 1) {
    pen.moveTo(x, y - r);
    pen.lineTo(x + r, y);
    pen.lineTo(x, y + r);
    pen.lineTo(x - r, y);
    pen.closePath();
  } else if (status === 4) {
    const arm = r * 0.7;
    pen.moveTo(x - arm, y - arm);
    pen.lineTo(x + arm, y + arm);
    pen.moveTo(x + arm, y - arm);
    pen.lineTo(x - arm, y + arm);
  } else pen.arc(x, y, status === 3 ? r * 0.85 : r * 0.9, 0, 2 * Math.PI);
  if (status > 2) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.8;
    pen.stroke();
    return;
  }
  pen.fill();
  pen.stroke();
}

export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.readColours();
  }

  readColours() {
    this.colours = coloursOf(this.canvas);
  }

  fitTo(width, height) {
    const sharp = Math.min(window.devicePixelRatio || 1, 3);
    this.size = { width, height };
    this.canvas.width = Math.round(width * sharp);
    this.canvas.height = Math.round(height * sharp);
    this.pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  }

  draw({ view, shrink, hulls, items, chosen, cross }) {
    const { pen, size, colours } = this;
    pen.clearRect(0, 0, size.width, size.height);
    pen.lineJoin = "round";
    this.grid(view, shrink);
    hulls.forEach((hull) => this.outline(hull, view));
    items.forEach((item) => (item.members.length > 1 ? this.group(item) : this.store(item)));
    this.names(hulls, view, items);
    if (chosen) this.ring(chosen, colours.text);
    if (cross) this.cross();
  }

  grid(view, shrink) {
    const { pen, size, colours } = this;
    const step = stepOf(Math.min(size.width, size.height * 1.6) / view.k, 6);
    const places = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
    pen.strokeStyle = colours.inner;
    pen.fillStyle = colours.quiet;
    pen.lineWidth = 1;
    pen.font = `11px ${colours.font}`;
    pen.textBaseline = "alphabetic";
    pen.textAlign = "left";
    const west = view.left / shrink;
    const east = (view.left + size.width / view.k) / shrink;
    for (let lon = Math.ceil(west / step) * step; lon <= east; lon += step) {
      const x = Math.round((lon * shrink - view.left) * view.k) + 0.5;
      this.line(x, 0, x, size.height);
      const turned = lon > 180 ? lon - 360 : lon;
      if (x > 34) pen.fillText(`${Math.abs(turned).toFixed(places)}°${turned < -1e-9 ? " W" : turned > 1e-9 ? " E" : ""}`, x + 4, size.height - 6);
    }
    const north = Math.min(-view.top, 90);
    const south = Math.max(-(view.top + size.height / view.k), -90);
    for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
      const y = Math.round((-lat - view.top) * view.k) + 0.5;
      this.line(0, y, size.width, y);
      if (y < size.height - 24) pen.fillText(`${Math.abs(lat).toFixed(places)}°${lat < -1e-9 ? " S" : lat > 1e-9 ? " N" : ""}`, 5, y - 4);
    }
  }

  line(x1, y1, x2, y2) {
    this.pen.beginPath();
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
  }

  outline(hull, view) {
    const { pen, colours } = this;
    if (hull.points.length < 3) return;
    pen.beginPath();
    for (const [x, y] of hull.points) pen.lineTo((x - view.left) * view.k, (y - view.top) * view.k);
    pen.closePath();
    pen.globalAlpha = 0.5;
    pen.fillStyle = colours.tint;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.hair;
    pen.lineWidth = 1;
    pen.setLineDash([4, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }

  // Names of territories where they cover nothing, the largest first: above the outline, in its middle or below.
  names(hulls, view, items) {
    const { pen, colours, size } = this;
    const taken = items.map(({ sx, sy, r }) => [sx - r, sy - r, sx + r, sy + r]);
    const isFree = (box) => taken.every((other) => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]);
    pen.font = `600 12px ${colours.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colours.quiet;
    for (const hull of hulls) {
      const x = (hull.middle[0] - view.left) * view.k;
      const half = pen.measureText(hull.name).width / 2 + 4;
      const [top, middle, bottom] = [hull.top, hull.middle[1], hull.bottom].map((y) => (y - view.top) * view.k);
      const tries = [top - 11, middle, bottom + 11, middle - 26, middle + 26, middle - 52, middle + 52];
      const y = tries.find((at) => at > 10 && at < size.height - 24 && isFree([x - half, at - 8, x + half, at + 8]));
      if (y === undefined || x < half || x > size.width - half) continue;
      taken.push([x - half, y - 8, x + half, y + 8]);
      pen.fillText(hull.name, x, y);
    }
  }

  store(item) {
    shape(this.pen, item.status, item.sx, item.sy, item.r, this.colours.status[item.status], this.colours.card);
  }

  // A ring parted by status around the number of stores.
  group(item) {
    const { pen, colours } = this;
    const { sx, sy, r } = item;
    pen.beginPath();
    pen.arc(sx, sy, r, 0, 2 * Math.PI);
    pen.fillStyle = colours.card;
    pen.fill();
    let from = -Math.PI / 2;
    item.counts.forEach((count, status) => {
      if (!count) return;
      const to = from + (2 * Math.PI * count) / item.members.length;
      pen.beginPath();
      pen.arc(sx, sy, r - 2, from, to);
      pen.strokeStyle = status === 4 ? colours.line : colours.status[status];
      pen.lineWidth = 4;
      pen.stroke();
      from = to;
    });
    pen.fillStyle = colours.text;
    pen.font = `600 ${r < 14 ? 10.5 : 12}px ${colours.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const count = item.members.length;
    pen.fillText(count < 1000 ? count : `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}k`, sx, sy + 0.5);
  }

  ring(item, colour) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(item.sx, item.sy, item.r + 4, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.stroke();
  }

  cross() {
    const { pen, size, colours } = this;
    const [x, y] = [size.width / 2, size.height / 2];
    pen.strokeStyle = colours.accent;
    pen.lineWidth = 1.5;
    this.line(x - 14, y, x + 14, y);
    this.line(x, y - 14, x, y + 14);
  }
}
