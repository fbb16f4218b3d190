"use strict";
// Copies a block of code with the button below it. Without this script, or where the browser lets no page copy, there is no button.
(() => {
  if (!navigator.clipboard) return;
  const show = () => {
    for (const button of document.querySelectorAll(".copy[hidden]")) button.hidden = false;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = button.dataset.name; }, 2000);
  });
  document.addEventListener("htmx:after:swap", show);
  show();
})();
