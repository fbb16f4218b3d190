"use strict";
// Sends the browser's time zone with forms that have a field for it, and offers it where the user has another one set (data-zone).
// Without this script the time zone stays as it is set.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  document.addEventListener("submit", (event) => {
    const field = event.target.elements.namedItem("time_zone");
    if (field) field.value = zone;
  }, true);
  const offer = () => {
    for (const form of document.querySelectorAll("[data-zone]")) {
      form.querySelector("b").textContent = zone;
      form.hidden = !zone || zone === form.dataset.zone;
    }
  };
  document.addEventListener("htmx:after:swap", offer);
  offer();
})();
