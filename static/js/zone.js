"use strict";
// The browser's time zone goes along with forms that have a field for it, and where another one is set it is offered (data-zone);
// without this script the one that is set stays.
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
