// The decision map of an account: lays the cards out, draws the lines, zooms, folds, searches, and moves a person to
// another boss by dragging or by the key m. Without it the list says the same.
import { HEIGHT, LEVEL, WIDTH, foldedAtFirst, layOut } from "./decision_layout.js";
import { startMoving } from "./decision_moves.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_SHOWN = { all: 25, row: 7 };
const PAD = 24;
const ZOOM = { least: 0.3, readable: 0.6, most: 1.5, step: 1.2 };
// Width of a landscape page.
const PAPER = 960;
const COOKIE = "decision_map_view";
// What survives when the page reads the map anew after a change.
const kept = { address: "", folded: null, zoom: 0, left: 0, top: 0, focus: "" };

export function mountAll(root) {
  const found = root.matches?.("[data-decision-map]") ? [root] : [...root.querySelectorAll("[data-decision-map]")];
  found.filter((element) => !element.dataset.mounted).forEach((element) => mount(element));
}

function mount(root) {
  root.dataset.mounted = "yes";
  if (root.dataset.view) document.cookie = `${COOKIE}=${root.dataset.view};path=/;max-age=31536000;samesite=lax`;
  root.querySelectorAll("[data-map-scripted]").forEach((element) => (element.hidden = false));
  root.querySelector("[data-map-print]")?.addEventListener("click", () => window.print());
  if (root.querySelector("[data-map-canvas]")) new DecisionMap(root).start();
  else markView(root);
}

function markView(root) {
  const list = root.querySelector(".map-list");
  const shown = list && getComputedStyle(list).display !== "none" ? "list" : "map";
  root.querySelectorAll("[data-map-view]").forEach((link) => {
    link.classList.toggle("active", link.dataset.mapView === shown);
    if (link.dataset.mapView === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

class DecisionMap {
  constructor(root) {
    this.root = root;
    this.scroll = root.querySelector("[data-map-scroll]");
    this.stage = root.querySelector("[data-map-stage]");
    this.world = root.querySelector("[data-map-world]");
    this.links = root.querySelector("[data-map-links]");
    this.wayWord = root.querySelector("[data-map-way-word]");
    this.cards = new Map([...root.querySelectorAll("[data-map-card]")].map((card) => [card.dataset.id, card]));
    this.missing = [...root.querySelectorAll("[data-missing-beside]")];
    this.zoom = 0;
    this.buildTree();
  }

  start() {
    const isSame = kept.address === window.location.pathname;
    this.folded = isSame && kept.folded ? kept.folded : this.firstFolds();
    this.revealSought();
    this.addFoldButtons();
    this.draw();
    if (isSame && kept.zoom) this.setZoom(kept.zoom);
    Object.assign(kept, { address: window.location.pathname, folded: this.folded });
    new ResizeObserver(() => this.seen(isSame)).observe(this.scroll);
    this.listen();
    startMoving(this, kept);
  }

  seen(isSame) {
    markView(this.root);
    if (this.scroll.clientWidth && !this.zoom) this.fit(true);
    if (!this.scroll.clientWidth || this.wasSeen) return;
    this.wasSeen = true;
    if (isSame) this.scroll.scrollTo(kept.left, kept.top);
    const focused = this.cards.get(kept.focus) ?? this.root.querySelector(".map-card.sought");
    focused?.scrollIntoView({ block: "nearest", inline: "center" });
    if (this.cards.has(kept.focus)) focused.focus({ preventScroll: true });
    kept.focus = "";
  }

  buildTree() {
    this.nodes = new Map([...this.cards.keys()].map((id) => [id, { id, children: [] }]));
    this.tops = [];
    const placed = new Set();
    this.cards.forEach((card, id) => {
      const boss = this.nodes.get(card.dataset.boss);
      // The server writes bosses first; whoever comes before their boss closes a circle and stands at the top.
      if (boss && placed.has(boss.id)) boss.children.push(this.nodes.get(id));
      else this.tops.push(this.nodes.get(id));
      placed.add(id);
    });
    this.missing.forEach((card, place) => {
      const extra = { id: `missing-${place}`, children: [], extra: true };
      const beside = card.dataset.missingBeside;
      const boss = this.nodes.get(this.cards.get(beside)?.dataset.boss ?? "");
      const row = boss ? boss.children : this.tops;
      const at = row.findIndex((node) => node.id === beside);
      let next = at < 0 ? row.length : at + 1;
      while (row[next]?.extra) next += 1;
      row.splice(next, 0, extra);
      this.nodes.set(extra.id, extra);
      card.dataset.id = extra.id;
    });
  }

  firstFolds() {
    return this.cards.size > MOST_SHOWN.all ? foldedAtFirst(this.tops, MOST_SHOWN) : new Set();
  }

  revealSought() {
    const sought = this.root.querySelector(".map-card.sought");
    if (sought) this.reveal(sought.dataset.id);
  }

  reveal(id) {
    let boss = this.cards.get(id)?.dataset.boss;
    while (boss) {
      this.folded.delete(boss);
      boss = this.cards.get(boss)?.dataset.boss;
    }
  }

  // The tree without what is folded away.
  open(nodes) {
    return nodes.map((node) => ({ ...node, children: this.folded.has(node.id) ? [] : this.open(node.children) }));
  }

  draw() {
    const { spots, width, height } = layOut(this.open(this.tops));
    this.spots = spots;
    this.size = { width, height };
    [...this.cards.values(), ...this.missing].forEach((card) => {
      const spot = spots.get(card.dataset.id);
      card.hidden = !spot;
      if (!spot) return;
      card.style.left = `${spot.x}px`;
      card.style.top = `${spot.y}px`;
    });
    this.links.replaceChildren();
    spots.forEach((spot, id) => this.linkTo(id, spot));
    this.drawWay();
    this.placeFoldButtons();
    this.links.setAttribute("width", this.size.width);
    this.links.setAttribute("height", this.size.height);
    this.world.classList.add("laid-out");
    if (this.zoom) this.setZoom(this.zoom);
  }

  line(path, kind) {
    const element = document.createElementNS(SVG, "path");
    element.setAttribute("d", path);
    element.setAttribute("class", kind);
    this.links.append(element);
  }

  linkTo(id, spot) {
    const card = this.cards.get(id);
    if (!card) {
      const beside = this.spots.get(this.missing.find((one) => one.dataset.id === id)?.dataset.missingBeside);
      if (beside && beside.y === spot.y) {
        this.line(`M${beside.x + WIDTH} ${spot.y + HEIGHT / 2}H${spot.x}`, "map-link missing");
      }
      return;
    }
    const boss = this.spots.get(card.dataset.boss);
    if (!boss || boss.level >= spot.level) return;
    const from = boss.x + WIDTH / 2;
    const to = spot.x + WIDTH / 2;
    const middle = boss.y + HEIGHT + (LEVEL - HEIGHT) / 2;
    const bend = Math.min(8, Math.abs(to - from) / 2) * Math.sign(to - from);
    const round = Math.abs(bend);
    const corner = `V${middle - round}Q${from} ${middle} ${from + bend} ${middle}H${to - bend}Q${to} ${middle} ${to} ${middle + round}`;
    this.line(`M${from} ${boss.y + HEIGHT}${bend ? corner : ""}V${spot.y}`, "map-link");
  }

  // The way in, for the next step only: from who can introduce us to whom, around the cards between them.
  drawWay() {
    const helper = this.spots.get(this.root.dataset.wayFrom);
    const target = this.spots.get(this.root.dataset.wayTo);
    this.wayWord.hidden = !helper || !target;
    if (!helper || !target) return;
    const isBelow = helper.y > target.y;
    const between = [...this.spots.values()].filter((spot) =>
      isBelow ? spot.y > target.y && spot.y <= helper.y && spot.x + WIDTH > helper.x : spot.y === target.y || spot.y === helper.y,
    );
    const x = Math.max(target.x + WIDTH, ...between.map((spot) => spot.x + WIDTH)) + 26;
    const start = helper.y + HEIGHT / 2;
    const enters = isBelow ? { x: target.x + WIDTH - 28, y: target.y + HEIGHT + 3 } : { x: target.x + WIDTH + 3, y: target.y + HEIGHT / 2 };
    const turn = isBelow ? enters.y + 11 : enters.y;
    const down = turn > start ? 8 : -8;
    const path =
      turn === start
        ? `M${helper.x + WIDTH} ${start}H${enters.x}`
        : `M${helper.x + WIDTH} ${start}H${x - 8}Q${x} ${start} ${x} ${start + down}V${turn - down}Q${x} ${turn} ${x - 8} ${turn}H${enters.x}${isBelow ? `V${enters.y}` : ""}`;
    this.line(path, "map-way");
    const tip = isBelow ? `M${enters.x - 5} ${enters.y + 5}l5 -6l5 6z` : `M${enters.x + 5} ${enters.y - 5}l-6 5l6 5z`;
    this.line(tip, "map-way-tip");
    this.wayWord.textContent = this.root.dataset.wordWay;
    this.wayWord.style.left = `${x}px`;
    // Between two rows, where no card is in the way.
    this.wayWord.style.top = `${isBelow ? helper.y - (LEVEL - HEIGHT) / 2 : (start + turn) / 2}px`;
    this.size.width = Math.max(this.size.width, x + 60);
  }

  addFoldButtons() {
    this.foldButtons = new Map();
    this.nodes.forEach((node, id) => {
      if (!node.children.some((child) => !child.extra)) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "map-fold";
      button.addEventListener("click", () => {
        if (this.folded.has(id)) this.folded.delete(id);
        else this.folded.add(id);
        this.draw();
      });
      this.cards.get(id).after(button);
      this.foldButtons.set(id, button);
    });
  }

  placeFoldButtons() {
    this.foldButtons.forEach((button, id) => {
      const spot = this.spots.get(id);
      const isFolded = this.folded.has(id);
      button.hidden = !spot;
      if (!spot) return;
      const card = this.cards.get(id);
      button.textContent = isFolded ? `+${card.dataset.below}` : "−";
      button.setAttribute("aria-expanded", String(!isFolded));
      button.setAttribute("aria-label", `${card.dataset.name}: ${button.textContent}`);
      button.classList.toggle("folded", isFolded);
      button.style.left = `${spot.x + WIDTH / 2}px`;
      button.style.top = `${spot.y + HEIGHT}px`;
    });
  }

  setZoom(zoom, around) {
    const before = this.zoom || 1;
    this.zoom = Math.min(Math.max(zoom, ZOOM.least), ZOOM.most);
    const { width, height } = this.size;
    this.world.style.transform = `scale(${this.zoom})`;
    this.world.style.setProperty("--map-unzoom", String(1 / this.zoom));
    this.stage.style.width = `${width * this.zoom + 2 * PAD}px`;
    this.stage.style.height = `${height * this.zoom + 2 * PAD}px`;
    if (around) {
      const box = this.scroll.getBoundingClientRect();
      const [x, y] = [around.x - box.left, around.y - box.top];
      this.scroll.scrollLeft = ((this.scroll.scrollLeft + x) * this.zoom) / before - x;
      this.scroll.scrollTop = ((this.scroll.scrollTop + y) * this.zoom) / before - y;
    }
    kept.zoom = this.zoom;
  }

  // All of it; at first no smaller than can be read.
  fit(isFirst = false) {
    const room = { width: this.scroll.clientWidth - 2 * PAD, height: Math.max(window.innerHeight - 190, 420) };
    const all = Math.min(1, room.width / this.size.width, room.height / this.size.height);
    this.setZoom(isFirst ? Math.max(all, ZOOM.readable) : all);
  }

  arrange() {
    this.folded = kept.folded = this.firstFolds();
    this.draw();
    this.fit(true);
  }

  find(text) {
    const sought = plain(text.trim());
    const says = (element) => plain(element.textContent).includes(sought);
    this.root.classList.toggle("is-searching", Boolean(sought));
    this.root.querySelectorAll("[data-map-row]").forEach((row) => row.classList.toggle("hit", Boolean(sought) && says(row)));
    const hits = [...this.cards.values()].filter((card) => {
      const isHit = Boolean(sought) && says(card);
      card.classList.toggle("hit", isHit);
      return isHit;
    });
    hits.forEach((card) => this.reveal(card.dataset.id));
    if (hits.length) this.draw();
    hits[0]?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  walk(card, key) {
    const spot = this.spots.get(card.dataset.id);
    const row = [...this.cards.values()]
      .filter((one) => this.spots.get(one.dataset.id)?.y === spot.y)
      .sort((one, other) => this.spots.get(one.dataset.id).x - this.spots.get(other.dataset.id).x);
    const at = row.indexOf(card);
    const report = [...this.cards.values()].find((one) => one.dataset.boss === card.dataset.id && !one.hidden);
    const next = { ArrowUp: this.cards.get(card.dataset.boss), ArrowDown: report, ArrowLeft: row[at - 1], ArrowRight: row[at + 1] };
    next[key]?.focus();
    return key in next;
  }

  listen() {
    const { root } = this;
    root.querySelector("[data-map-arrange]")?.addEventListener("click", () => this.arrange());
    root.querySelector("[data-map-search]")?.addEventListener("input", (event) => this.find(event.target.value));
    root.querySelectorAll("[data-map-zoom]").forEach((button) => button.addEventListener("click", () => this.zoomBy(button.dataset.mapZoom)));
    this.scroll.addEventListener("scroll", () => Object.assign(kept, { left: this.scroll.scrollLeft, top: this.scroll.scrollTop }), { passive: true });
    this.scroll.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.setZoom(this.zoom * Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY });
      },
      { passive: false },
    );
    this.world.addEventListener("keydown", (event) => {
      const card = event.target.closest("[data-map-card]");
      if (card && !event.ctrlKey && !event.metaKey && this.walk(card, event.key)) event.preventDefault();
    });
    window.addEventListener("beforeprint", () => {
      this.zoomOnScreen = this.zoom;
      if (root.isConnected) this.setZoom(Math.min(1, PAPER / this.size.width));
    });
    window.addEventListener("afterprint", () => root.isConnected && this.setZoom(this.zoomOnScreen));
    this.pinch();
  }

  zoomBy(how) {
    const box = this.scroll.getBoundingClientRect();
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    if (how === "fit") this.fit();
    else this.setZoom(this.zoom * (how === "in" ? ZOOM.step : 1 / ZOOM.step), middle);
  }

  pinch() {
    let from = null;
    const span = (touches) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
    this.scroll.addEventListener("touchstart", (event) => (from = event.touches.length === 2 ? { span: span(event.touches), zoom: this.zoom } : null), { passive: true });
    this.scroll.addEventListener(
      "touchmove",
      (event) => {
        if (!from || event.touches.length !== 2) return;
        event.preventDefault();
        const [one, other] = event.touches;
        const middle = { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 };
        this.setZoom((from.zoom * span(event.touches)) / from.span, middle);
      },
      { passive: false },
    );
  }
}
