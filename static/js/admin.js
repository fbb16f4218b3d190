"use strict";
// Gives accessible names to what Django's admin leaves without one: autocomplete fields and checkboxes in table rows.
(() => {
  const header = (cell) => {
    const head = cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex];
    return (head?.querySelector(".text") ?? head)?.textContent.trim(); // without Django's text about the sort order
  };
  const named = (field) =>
    field.getAttribute("aria-label") || field.labels?.[0]?.textContent.trim().replace(/:$/, "") || header(field.closest("td"));
  const set = (element, name) => {
    if (element && name && element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  };
  const name = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling;
      const chosen = box?.querySelector(".select2-selection__rendered");
      set(chosen, [named(select), chosen?.title].filter(Boolean).join(": "));
      set(box?.querySelector(".select2-selection"), named(select));
      set(box?.querySelector(".select2-search__field"), named(select));
    }
    const open = named(document.querySelector("select:has(+ .select2-container--open)") ?? document.body);
    for (const part of document.querySelectorAll(".select2-dropdown :is(.select2-search__field, .select2-results__options)")) set(part, open);
    const search = document.querySelector("#searchbar");
    set(search, search?.labels?.[0]?.querySelector("img")?.alt);
    for (const icon of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) icon.setAttribute("role", "img");
    for (const clear of document.querySelectorAll("ul > .select2-selection__clear")) clear.remove(); // each chosen item has its own button to remove it
    for (const box of document.querySelectorAll(".tabular td.delete input")) set(box, header(box.closest("td")));
    for (const cell of document.querySelectorAll(".tabular thead th")) {
      if (cell.textContent.trim()) continue;
      const empty = document.createElement("td");
      empty.className = cell.className;
      cell.replaceWith(empty);
    }
  };
  // On a phone the rows of a list are cards without column headings, and empty values are hidden (newsroom.css).
  const label = () => {
    for (const cell of document.querySelectorAll("#result_list tbody td:not(.action-checkbox)")) {
      const text = header(cell);
      if (text) cell.dataset.label = text;
      cell.classList.toggle("nothing", ["", "–", "-"].includes(cell.textContent.trim()) && !cell.querySelector("img, input, select, button"));
    }
  };
  // Marks boxes that can be scrolled further to the right.
  const pushed = () => document.querySelectorAll(".strip, .scrolls, .results, .section-tabs ul");
  const sign = (box) => box.classList.toggle("goes-on", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  const signs = () => pushed().forEach(sign);
  // Input is saved in this browser until the server has saved it (admin-form.js).
  const forget = () => {
    const submitted = sessionStorage["waymark-submitted"];
    if (submitted && document.querySelector(".messagelist .saved")) localStorage.removeItem(submitted);
    sessionStorage.removeItem("waymark-submitted");
  };
  // A click elsewhere closes an open menu, and so does Escape, which also returns the focus to its button.
  const menus = () => document.querySelectorAll("details:is(.menu, .filter)[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // On a phone the menu is a strip: scrolls it to the current page.
  const show = () => {
    const strip = document.querySelector(".strip");
    const current = strip?.querySelector("[aria-current]");
    if (current && strip.scrollWidth > strip.clientWidth) strip.scrollLeft += current.getBoundingClientRect().left - 48;
  };
  document.addEventListener("DOMContentLoaded", () => {
    forget();
    show();
    name();
    label();
    signs();
    for (const box of pushed()) box.addEventListener("scroll", () => sign(box), { passive: true });
    window.addEventListener("resize", signs);
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  });
})();
