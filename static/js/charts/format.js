// Numbers of charts in the page's language: same rules as the templates (narrow no-break space, true minus).
const NARROW = "\u202f";
const language = document.documentElement.lang || "en";
const plain = (digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const whole = plain(0);
const one = plain(1);
const two = plain(2);

const withMinus = (text) => text.replace("-", "−");

export function percent(share, digits = 0) {
  if (share === null || share === undefined) return "–";
  return `${withMinus((digits ? one : whole).format(share * 100))}${NARROW}%`;
}

export function grouped(number) {
  return number === null || number === undefined ? "–" : withMinus(whole.format(number));
}

export function thousands(amount) {
  return amount === null || amount === undefined ? "–" : grouped(amount / 1000);
}

export function moneyShort(amount, sign = "$") {
  if (amount === null || amount === undefined) return "–";
  const size = Math.abs(amount);
  const minus = amount < 0 ? "−" : "";
  const units = [[999.5e6, 1e9, "bn"], [999500, 1e6, "M"], [1000, 1e3, "k"]];
  for (const [limit, divisor, unit] of units) {
    if (size < limit) continue;
    const figure = size / divisor;
    const format = unit === "k" ? (figure < 9.95 ? one : whole) : figure < 100 ? two : whole;
    return `${minus}${sign}${format.format(figure)}${NARROW}${unit}`;
  }
  return `${minus}${sign}${whole.format(size)}`;
}

// Axis figures of powers of ten: "$100 k", "$1 M", without needless decimals.
export function moneyTick(amount, sign = "$") {
  return moneyShort(amount, sign).replace(/[.,]0+(?=\u202f)/, "");
}

export function threeFigures(amount) {
  if (!amount) return 0;
  const unit = 10 ** Math.max(Math.floor(Math.log10(Math.abs(amount))) - 2, 0);
  return Math.round(amount / unit) * unit;
}
