// Translated words that scripts need, written by base.html into #js-texts.
export function text(name) {
  return document.getElementById("js-texts")?.dataset[name] ?? "";
}
