"use strict";
// The account menu closes on Escape, which returns the focus to its button, and when something outside is clicked or focused. Without
// this script only its button closes it.
(() => {
  const opened = () => document.querySelectorAll("details.menu[open]");
  const leave = (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
