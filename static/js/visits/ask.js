// A number far above what the store usually sells is a question, not an error: change it, say why it is right, or
// keep it aside. Nothing typed is lost on closing.
import { typed } from "./body.js";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

// The likely slip: a digit too many, so that the number comes close to the usual one.
export function likelySlip(total, low, high) {
  const text = String(total);
  const shorter = [...text].map((_digit, place) => Number(text.slice(0, place) + text.slice(place + 1)));
  const middle = (low + high) / 2;
  const near = shorter.filter((value) => value >= low / 2 && value <= high * 2);
  return near.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? null;
}

export function isUnusual(card, farAbove) {
  const total = Number(typed(card.querySelector('[data-which="total"]')));
  const usual = Number(card.dataset.usual ?? 0);
  return usual > 0 && total > farAbove * usual;
}

function draw(dialog, total, low, high) {
  const [zone, mark] = [dialog.querySelector("rect"), dialog.querySelector("circle")];
  const at = (value) => `${4 + (value / total) * 90}%`;
  zone.setAttribute("x", at(low));
  zone.setAttribute("width", `${Math.max(((high - low) / total) * 90, 2)}%`);
  mark.setAttribute("cx", at(total));
}

function prepare(dialog, total, low, high, slip) {
  const values = { total, low, high, slip };
  const text = (selector, name = "text") => {
    const place = dialog.querySelector(selector);
    place.textContent = fill(place.dataset[name], values);
    return place;
  };
  text("#ask-title");
  const usual = text("[data-ask-usual]", low === high ? "textOne" : "text");
  if (slip !== null) usual.textContent += ` ${fill(usual.dataset.slip, values)}`;
  text("[data-ask-change]", slip === null ? "textNone" : "text");
  text("[data-ask-or]");
  text("[data-ask-right]").disabled = true;
  for (const reason of dialog.querySelectorAll("[name=ask-reason]")) reason.checked = false;
  draw(dialog, total, low, high);
}

// Resolves to true when saving may go on: the number is usual, said to be right, or to be kept aside.
export function askIfUnusual(form, card) {
  const dialog = document.getElementById("ask-usual");
  const field = card.querySelector('[data-which="total"]');
  const total = typed(field);
  if (!dialog || !isUnusual(card, Number(form.dataset.farAbove)) || card.dataset.certainFor === total || card.dataset.asideFor === total) {
    return Promise.resolve(true);
  }
  const [low, high] = [Number(card.dataset.usualLow), Number(card.dataset.usualHigh)];
  const slip = likelySlip(Number(total), low, high);
  prepare(dialog, total, low, high, slip);
  return new Promise((resolve) => {
    const stop = new AbortController();
    let goesOn = false;
    const on = (selector, type, act) => dialog.querySelector(selector).addEventListener(type, act, { signal: stop.signal });
    const end = (answer) => {
      goesOn = answer;
      dialog.close();
    };
    on(".ask-reasons", "change", () => (dialog.querySelector("[data-ask-right]").disabled = false));
    on("[data-ask-change]", "click", () => {
      if (slip !== null) field.value = String(slip);
      end(false);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    on("[data-ask-right]", "click", () => {
      card.dataset.certainFor = total;
      card.dataset.certainReason = dialog.querySelector("[name=ask-reason]:checked").value;
      end(true);
    });
    on("[data-ask-aside]", "click", () => {
      card.dataset.asideFor = total;
      end(true);
    });
    dialog.addEventListener(
      "close",
      () => {
        stop.abort();
        resolve(goesOn);
      },
      { once: true },
    );
    dialog.showModal();
  });
}
