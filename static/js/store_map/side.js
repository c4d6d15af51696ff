// The list beside the map: what was clicked, store by store, the largest gap first, and the same as a list of its own.
const SHOWN = 60;

export class Side {
  constructor(root, listUrl) {
    this.box = root.querySelector("[data-map-side]");
    this.words = this.box.dataset;
    this.listUrl = listUrl;
    const language = document.documentElement.lang || "en";
    this.number = new Intl.NumberFormat(language);
    this.percent = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }

  // `item`: a group or a store; `stores`: the columns; `box`: its corners in degrees.
  show(item, stores, box) {
    const order = [...item.members].sort((one, other) => (stores.gap[other] ?? -1) - (stores.gap[one] ?? -1));
    const title = document.createElement("h2");
    title.textContent = order.length === 1 ? stores.name[order[0]] : this.words.title.replace("{n}", this.number.format(order.length));
    const list = document.createElement("ul");
    list.className = "plain stores-picked";
    for (const place of order.slice(0, SHOWN)) list.append(this.row(place, stores));
    this.box.replaceChildren(title, ...this.sums(item), list);
    if (order.length > SHOWN) this.box.append(this.line(this.words.more.replace("{n}", this.number.format(order.length - SHOWN))));
    if (order.length > 1) this.box.append(this.asList(box));
    this.box.scrollTop = 0;
  }

  clear() {
    this.box.replaceChildren(this.line(this.words.hint));
  }

  sums(item) {
    const names = JSON.parse(this.words.statuses);
    const said = item.counts.map((count, status) => (count ? `${this.number.format(count)} ${names[status].toLowerCase()}` : "")).filter(Boolean);
    return item.members.length > 1 ? [this.line(said.join(" · "))] : [];
  }

  line(text) {
    const line = document.createElement("p");
    line.className = "second";
    line.textContent = text;
    return line;
  }

  row(place, stores) {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = this.words.storeUrl.replace("STORE-CODE", encodeURIComponent(stores.code[place]));
    const mark = document.getElementById(`map-shape-${stores.status[place]}`)?.content.firstElementChild?.cloneNode(true);
    const name = document.createElement("span");
    name.className = "stores-picked-name";
    name.textContent = stores.name[place];
    const gap = document.createElement("span");
    gap.className = "number";
    gap.textContent = stores.gap[place] ? `${this.words.sign}${this.number.format(stores.gap[place])}` : "–";
    const second = this.line([stores.city[place], this.status(place, stores)].filter(Boolean).join(" · "));
    link.append(...(mark ? [mark] : []), name, gap, second);
    row.append(link);
    return row;
  }

  status(place, stores) {
    const [word, share, market] = [JSON.parse(this.words.statuses)[stores.status[place]], stores.share[place], stores.market[place]];
    if (share === null) return word;
    const against = market === null ? "" : ` ${this.words.of} ${this.percent.format(market)}`;
    return `${word}, ${this.percent.format(share)}${against}`;
  }

  asList(box) {
    const link = document.createElement("a");
    link.className = "btn btn-wide";
    const part = [box.south, box.west, box.north, box.east].map((degree) => degree.toFixed(5)).join(",");
    link.href = `${this.listUrl}${/[?&]$/.test(this.listUrl) ? "" : "&"}box=${encodeURIComponent(part)}`;
    link.textContent = this.words.asList;
    return link;
  }
}
