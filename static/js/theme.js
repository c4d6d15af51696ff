// Light, dark or as the device has it: kept for a year in the cookie "theme", so the server renders it right.
// Announces changes as the event "ka:theme" on document; charts draw themselves again on it.
const root = document.documentElement;
const device = window.matchMedia("(prefers-color-scheme: dark)");

function shownTheme(choice) {
  if (choice === "light" || choice === "dark") return choice;
  return device.matches ? "dark" : "light";
}

function show(choice) {
  const before = root.getAttribute("data-bs-theme");
  root.dataset.theme = choice;
  root.setAttribute("data-bs-theme", shownTheme(choice));
  document.querySelectorAll("[data-set-theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === choice));
  });
  if (before !== root.getAttribute("data-bs-theme")) document.dispatchEvent(new CustomEvent("ka:theme"));
}

export function startTheme() {
  show(root.dataset.theme || "auto");
  device.addEventListener("change", () => show(root.dataset.theme || "auto"));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${button.dataset.setTheme}; path=/; max-age=31536000; samesite=lax${secure}`;
    show(button.dataset.setTheme);
  });
}
