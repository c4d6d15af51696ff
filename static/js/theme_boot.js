// Runs before the first paint (a classic script in the head): "auto" follows the device, without a flash.
// Error pages are written without a context, so the cookie is read here as well.
(function () {
  var root = document.documentElement;
  var kept = document.cookie.match(/(?:^|; )theme=(light|dark)/);
  var chosen = root.getAttribute("data-theme");
  if (chosen !== "light" && chosen !== "dark" && kept) chosen = kept[1];
  if (chosen !== "light" && chosen !== "dark") {
    chosen = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.setAttribute("data-bs-theme", chosen);
})();
