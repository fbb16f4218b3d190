"use strict";
// “Go to a record” suggests records while a name is typed: arrow keys choose one, Enter opens it, Escape closes the list. If none is
// chosen, or without this script, Enter submits the form.
(() => {
  const form = document.querySelector("form.go"), field = form?.querySelector("input");
  if (!field) return;
  const PAUSE = 250; // milliseconds without input before the server is asked
  const box = Object.assign(document.createElement("div"), { className: "go-found", popover: "manual" });
  const list = Object.assign(document.createElement("ul"), { id: "go-found", role: "listbox" });
  const none = Object.assign(document.createElement("p"), { className: "quiet" });
  const status = Object.assign(document.createElement("span"), { className: "visually-hidden", role: "status" });
  list.setAttribute("aria-label", field.getAttribute("aria-label"));
  box.append(list, none);
  form.append(status, box);
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id }))
    field.setAttribute(name, value);

  let waiting, asked, chosen = -1;
  const options = () => [...list.children];
  const close = () => {
    clearTimeout(waiting);
    asked?.abort();
    if (box.matches(":popover-open")) box.hidePopover();
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const choose = (place) => {
    chosen = place;
    for (const [number, option] of options().entries()) option.setAttribute("aria-selected", String(number === place));
    if (place < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", options()[place].id);
    options()[place].scrollIntoView({ block: "nearest" });
  };
  const open = (html) => {
    const found = new DOMParser().parseFromString(html, "text/html");
    const said = found.querySelector("p").textContent.replace(/\s+/g, " ").trim();
    list.replaceChildren(...found.querySelectorAll("li"));
    for (const [number, option] of options().entries()) option.id = `go-found-${number}`;
    choose(-1);
    list.hidden = !list.children.length;
    none.textContent = list.hidden ? said : "";
    none.hidden = !list.hidden;
    status.textContent = said;
    const place = field.getBoundingClientRect();
    box.style.top = `${place.bottom + 4}px`;
    box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 328))}px`;
    if (!box.matches(":popover-open")) box.showPopover();
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const query = new URLSearchParams({ q: field.value, suggest: "1" });
      const response = await fetch(`${form.action}?${query}`, { signal: asked.signal, credentials: "same-origin", redirect: "manual" });
      if (response.ok && document.activeElement === field) open(await response.text());
    } catch {
      // The input has changed since, or there is no connection: Enter still submits the form.
    }
  };
  field.setAttribute("aria-expanded", "false");
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim().length < 2) close();
    else waiting = setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    if (!box.matches(":popover-open")) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" && count) choose((chosen + 1) % count);
    else if (event.key === "ArrowUp" && count) choose(chosen < 1 ? count - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.assign(options()[chosen].dataset.address);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", ({ target }) => location.assign(target.closest("li").dataset.address));
})();
