// Runs before the first paint (a classic script in the head): "auto" follows the device, without a flash.
(function () {
  var root = document.documentElement;
  var chosen = root.getAttribute("data-theme");
  if (chosen !== "light" && chosen !== "dark") {
    var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  }
})();
