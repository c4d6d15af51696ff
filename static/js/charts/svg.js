// Small helpers to draw SVG by hand: elements, S-curves, texts cut to a width.
const SPACE = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, text = "") {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  if (text !== "") element.textContent = text;
  return element;
}

export function sCurve(x1, y1, x2, y2) {
  const bend = (x2 - x1) * 0.45;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

const pen = document.createElement("canvas").getContext("2d");

export function fit(text, width, font = "13px sans-serif") {
  pen.font = font;
  if (pen.measureText(text).width <= width) return text;
  let cut = text;
  while (cut.length > 1 && pen.measureText(`${cut}…`).width > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

export function fontOf(element, size, weight = 400) {
  return `${weight} ${size}px ${getComputedStyle(element).fontFamily}`;
}
