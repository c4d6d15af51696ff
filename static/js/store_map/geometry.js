// Where stores lie on a plane, which of them fall together, around what a territory lies. Knows no page.

// Equirectangular, fitted to the data: a degree of longitude is shortened by the cosine of the middle latitude. The
// earth is cut open where the data leave the widest gap, so that stores on both sides of 180° stay together.
export function projected(lat, lon) {
  const middle = (least(lat) + most(lat)) / 2 || 0;
  const shrink = Math.max(Math.cos((middle * Math.PI) / 180), 0.05);
  const cut = cutOf(lon);
  const x = new Float64Array(lon.length);
  const y = new Float64Array(lat.length);
  for (let i = 0; i < lon.length; i += 1) {
    x[i] = (lon[i] < cut ? lon[i] + 360 : lon[i]) * shrink;
    y[i] = -lat[i];
  }
  return { x, y, shrink };
}

const least = (values) => values.reduce((one, other) => Math.min(one, other), Infinity);
const most = (values) => values.reduce((one, other) => Math.max(one, other), -Infinity);

function cutOf(lon) {
  if (most(lon) - least(lon) <= 180) return -Infinity;
  const order = Float64Array.from(lon).sort();
  let widest = order[0] + 360 - order[order.length - 1];
  let cut = -Infinity;
  for (let i = 1; i < order.length; i += 1) {
    if (order[i] - order[i - 1] > widest) [widest, cut] = [order[i] - order[i - 1], order[i]];
  }
  return cut;
}

export function boundsOf(x, y, places) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const i of places ?? x.keys()) {
    box.left = Math.min(box.left, x[i]);
    box.right = Math.max(box.right, x[i]);
    box.top = Math.min(box.top, y[i]);
    box.bottom = Math.max(box.bottom, y[i]);
  }
  return box;
}

// Convex hull (Andrew's monotone chain) as a list of [x, y].
export function hullOf(points) {
  if (points.length < 3) return points;
  const sorted = [...points].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const half = (row) => {
    const line = [];
    for (const point of row) {
      while (line.length > 1 && turn(line.at(-2), line.at(-1), point) <= 0) line.pop();
      line.push(point);
    }
    return line.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

// Stores within one cell of a grid fall together. The grid lies still in the world, so groups keep while the map moves.
// Every group: { x, y (middle of its stores), members, counts by status }.
export function grouped({ x, y, status }, cell, kinds) {
  const groups = new Map();
  for (let i = 0; i < x.length; i += 1) {
    const key = Math.floor(x[i] / cell) * 4194304 + Math.floor(y[i] / cell);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { x: 0, y: 0, members: [], counts: new Array(kinds).fill(0) }));
    group.x += x[i];
    group.y += y[i];
    group.members.push(i);
    group.counts[status[i]] += 1;
  }
  const found = [...groups.values()];
  for (const group of found) {
    group.x /= group.members.length;
    group.y /= group.members.length;
  }
  return found;
}

// A step of the grid of degrees that leaves at most so many lines.
export function stepOf(span, lines) {
  const wanted = span / lines;
  return [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60].find((step) => step >= wanted) ?? 90;
}
