// Logging out deletes what this phone keeps; visits that were not sent are asked about first, once.
import { entriesOf, forgetAll, isUnsynced } from "./queue.js";
import { forgetPages } from "./kept_pages.js";
import { sendNow } from "./sync.js";

async function leave(user, form) {
  await forgetAll(user);
  if ("caches" in globalThis) await forgetPages();
  localStorage.removeItem("ka-user");
  form.submit();
}

async function unsent(user) {
  return (await entriesOf(user)).filter(isUnsynced).length;
}

function ask(user, form, n) {
  const sheet = document.getElementById("leave-sheet");
  const title = sheet.querySelector("[data-leave-title]");
  const problem = sheet.querySelector("[data-leave-problem]");
  title.textContent = n === 1 ? title.dataset.one : title.dataset.many.replace("{n}", String(n));
  problem.hidden = true;
  sheet.querySelector('[data-leave="drop"]').onclick = () => leave(user, form);
  sheet.querySelector('[data-leave="send"]').onclick = async (event) => {
    event.target.disabled = true;
    await sendNow(user);
    event.target.disabled = false;
    if ((await unsent(user)) === 0) {
      await leave(user, form);
      return;
    }
    problem.textContent = problem.dataset.failed;
    problem.hidden = false;
  };
  document.querySelector("#nav-sheet:popover-open, #user-menu:popover-open")?.hidePopover();
  sheet.showModal();
}

export function startLeaving(user) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (new URL(form.action, window.location.href).pathname !== "/logout/") return;
    event.preventDefault();
    const n = await unsent(user);
    if (n) ask(user, form, n);
    else await leave(user, form);
  });
}
