// Where names stand beside dots: never over a dot, a line or another name; a name without a free place is left out.
//
// placeLabels({ points: [{ key, x, y, radius, text, sides }], obstacles: [rect], bounds: rect, font }) → Map(key → side).
// Points come with the most important first; sides are tried in their order. A rect is { left, top, right, bottom }, in pixels.
const GAP = 6;
const LINE = 15;

let pen = null;

function widthOf(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
}

function boxAt({ x, y, radius }, side, width) {
  const reach = radius + GAP - 2;
  switch (side) {
    case "left": return { left: x - reach - width, right: x - reach, top: y - LINE / 2, bottom: y + LINE / 2 };
    case "top": return { left: x - width / 2, right: x + width / 2, top: y - reach - LINE, bottom: y - reach };
    case "bottom": return { left: x - width / 2, right: x + width / 2, top: y + reach, bottom: y + reach + LINE };
    default: return { left: x + reach, right: x + reach + width, top: y - LINE / 2, bottom: y + LINE / 2 };
  }
}

function meet(one, other) {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}

function within(box, bounds) {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
}

export function placeLabels({ points, obstacles, bounds, font }) {
  const taken = [...obstacles];
  const places = new Map();
  for (const point of points) {
    const width = widthOf(point.text, font) + 2;
    for (const side of point.sides) {
      const box = boxAt(point, side, width);
      if (!within(box, bounds) || taken.some((other) => meet(box, other))) continue;
      places.set(point.key, side);
      taken.push(box);
      break;
    }
  }
  return places;
}
