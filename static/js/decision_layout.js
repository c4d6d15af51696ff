// Where the cards of a reporting tree stand: parents centred over their children, subtrees as near as their outlines
// allow. Knows nothing of the page. A node is {id, children, extra}; an extra one (a missing role) is nobody's report
// to centre over.
export const WIDTH = 228;
export const HEIGHT = 122;
export const LEVEL = 158;
const GAP = 28;
const ROW = HEIGHT + 24;
const LOOSE = 4;

// Packs subtrees from left to right: [{node, shift}] and the outline of all of them, level by level.
function pack(nodes) {
  const outline = { left: [], right: [] };
  const placed = nodes.map((node) => {
    const own = outlineOf(node);
    let shift = 0;
    own.left.forEach((left, level) => {
      if (level in outline.right) shift = Math.max(shift, outline.right[level] + GAP - left);
    });
    own.left.forEach((left, level) => {
      outline.left[level] = Math.min(outline.left[level] ?? Infinity, left + shift);
      outline.right[level] = Math.max(outline.right[level] ?? -Infinity, own.right[level] + shift);
    });
    return { node, shift };
  });
  return { placed, outline };
}

// The outline of a subtree, its top card at 0; keeps where its children stand in node.offsets.
function outlineOf(node) {
  if (!node.children.length) {
    node.offsets = [];
    return { left: [0], right: [WIDTH] };
  }
  const { placed, outline } = pack(node.children);
  const people = placed.filter(({ node: child }) => !child.extra);
  const over = people.length ? people : placed;
  const middle = (over[0].shift + over[over.length - 1].shift) / 2;
  node.offsets = placed.map(({ shift }) => shift - middle);
  return {
    left: [0, ...outline.left.map((x) => x - middle)],
    right: [WIDTH, ...outline.right.map((x) => x - middle)],
  };
}

function settle(node, x, level, spots) {
  spots.set(node.id, { x, y: level * LEVEL, level });
  node.children.forEach((child, place) => settle(child, x + node.offsets[place], level + 1, spots));
}

// {spots: Map id → {x, y, level}, width, height}. Many people in no line at all stand in rows below the tree.
export function layOut(tops) {
  const single = tops.filter((node) => !node.children.length && !node.extra);
  const isLoose = single.length > LOOSE;
  const trees = isLoose ? tops.filter((node) => !single.includes(node)) : tops;
  const { placed, outline } = pack(trees);
  const left = Math.min(0, ...outline.left);
  const spots = new Map();
  placed.forEach(({ node, shift }) => settle(node, shift - left, 0, spots));
  let width = Math.max(0, ...outline.right.map((x) => x - left));
  let height = outline.left.length ? (outline.left.length - 1) * LEVEL + HEIGHT : 0;
  if (isLoose) {
    const columns = Math.max(LOOSE, Math.floor((width + GAP) / (WIDTH + GAP)));
    const below = height ? height + LEVEL - HEIGHT : 0;
    single.forEach((node, place) => {
      const level = outline.left.length + Math.floor(place / columns);
      spots.set(node.id, { x: (place % columns) * (WIDTH + GAP), y: below + Math.floor(place / columns) * ROW, level });
    });
    width = Math.max(width, Math.min(columns, single.length) * (WIDTH + GAP) - GAP);
    height = below + Math.ceil(single.length / columns) * ROW - (ROW - HEIGHT);
  }
  return { spots, width, height };
}

// Folded from the start so that at most ``most.all`` people are seen, and ``most.row`` below the second level:
// whole levels, from below.
export function foldedAtFirst(tops, most) {
  const folded = new Set();
  let seen = 0;
  let level = tops;
  while (level.length) {
    seen += level.length;
    const next = level.flatMap((node) => node.children);
    if (next.length && (seen + next.length > most.all || (level !== tops && next.length > most.row))) {
      level.filter((node) => node.children.length).forEach((node) => folded.add(node.id));
      break;
    }
    level = next;
  }
  return folded;
}
