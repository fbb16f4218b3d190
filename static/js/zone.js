"use strict";
// The browser's time zone goes along with forms that have a field for it; without this script it stays UTC.
document.addEventListener("submit", (event) => {
  const field = event.target.elements.namedItem("time_zone");
  if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}, true);
