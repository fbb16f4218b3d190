"use strict";
// The skill map: zoom, drag, one tab stop with arrow keys inside, and for each station what it needs and what it leads to. Without
// this script the map scrolls in its box and its stations are links.
(() => {
  const figure = document.getElementById("map");
  if (!figure) return;
  const words = figure.dataset;
  const box = figure.querySelector(".map-box");
  const svg = box.querySelector("svg");
  const note = document.getElementById("map-note");
  const names = svg.querySelector(".names");
  const { width, height } = svg.viewBox.baseVal;

  const byId = new Map();
  for (const link of svg.querySelectorAll("[id^=s]")) {
    const { e: x, f: y } = link.transform.baseVal[0].matrix;
    byId.set(link.id, { link, x, y, needs: [], opens: [], name: link.getAttribute("aria-label") });
  }
  const stations = [...byId.values()];
  for (const station of stations) {
    for (const need of station.link.dataset.n?.split(" ") ?? []) {
      const [number, level] = need.split(".");
      const other = byId.get(`s${number}`);
      station.needs.push({ other, level });
      other.opens.push(station);
    }
  }

  // Zoom: the point of the map at (x, y) in the box stays in place
  let scale = 1;
  function whole() {
    const [across, down] = [box.clientWidth / width, box.clientHeight / height];
    return Math.min(1, across, down > 0.35 ? down : across); // a map too tall to be legible as a whole is fitted to the width
  }
  function zoom(to, x = box.clientWidth / 2, y = box.clientHeight / 2) {
    const ratio = Math.min(2.5, Math.max(whole(), to)) / scale;
    const [left, top] = [box.scrollLeft + x, box.scrollTop + y];
    scale *= ratio;
    svg.style.width = `${width * scale}px`;
    svg.style.height = `${height * scale}px`;
    svg.style.setProperty("--z", scale);
    svg.classList.toggle("far", scale < 0.65);
    box.scrollTo({ left: left * ratio - x, top: top * ratio - y, behavior: "instant" });
  }
  const zooms = { in: () => zoom(scale * 1.3), out: () => zoom(scale / 1.3), whole: () => zoom(0) };

  // Highlights a station with its connections, and lists them in the note
  let lit = [];
  function show(station) {
    for (const element of lit) element.classList.remove("on");
    lit = [];
    svg.classList.toggle("lit", Boolean(station));
    if (!station) return;
    const number = station.link.id.slice(1);
    const ways = [...svg.querySelectorAll(`[id^="w${number}-"], [id^=w][id$="-${number}"]`)];
    for (const way of ways) way.parentNode.append(way); // so that they are drawn above the others
    lit = [...ways, ...station.needs.map(({ other }) => other.link), ...station.opens.map(({ link }) => link)];
    for (const element of lit) element.classList.add("on");
    const listed = (verb, all) =>
      all.length ? ` ${verb} ${all.slice(0, 6).join(", ")}${all.length > 6 ? ` ${words.more.replace("{n}", all.length - 6)}` : ""}.` : "";
    const plain = ({ link }) => link.querySelector("text:not(.area-letter)").textContent.replaceAll("\u200b", " ");
    const needs = station.needs.map(({ other, level }) => plain(other) + (level ? ` (${words.level} ${level})` : ""));
    note.textContent = `${station.name}.${listed(words.needs, needs)}${listed(words.opens, station.opens.map(plain))}`;
  }

  // One tab stop: only the current station can be reached with Tab
  let current = stations[0];
  function choose(station) {
    current.link.setAttribute("tabindex", "-1");
    current = station;
    current.link.setAttribute("tabindex", "0");
  }
  function go(station) {
    station.link.focus({ preventScroll: true });
  }
  function reveal({ x, y }) {
    const room = 80;
    const place = (at, size, now) => Math.min(Math.max(now, at + room - size), at - room);
    const left = place(x * scale, box.clientWidth, box.scrollLeft + (names ? 60 : 0)) - (names ? 60 : 0);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollTo({ left, top: place(y * scale, box.clientHeight, box.scrollTop), behavior: still ? "instant" : "smooth" });
  }
  // Moves to the nearest station in a direction; to the sides, stations that it leads to or needs come first
  function towards(dx, dy) {
    const distance = ({ x, y }) => {
      const ahead = (x - current.x) * dx + (y - current.y) * dy;
      return ahead > 0 ? ahead + 3 * Math.abs(dx ? y - current.y : x - current.x) : Infinity;
    };
    const nearest = (among) => among.reduce((best, one) => (distance(one) < distance(best) ? one : best), current);
    const joined = dx > 0 ? current.opens : dx ? current.needs.map(({ other }) => other) : [];
    const next = nearest(joined);
    go(next === current ? nearest(stations) : next);
  }
  const zoomed = (zoomIt) => () => {
    zoomIt();
    reveal(current);
  };
  const keys = {
    ArrowRight: () => towards(1, 0),
    ArrowLeft: () => towards(-1, 0),
    ArrowDown: () => towards(0, 1),
    ArrowUp: () => towards(0, -1),
    Home: () => go(stations[0]),
    Escape: () => figure.querySelector("[data-zoom]").focus(),
    "+": zoomed(zooms.in),
    "=": zoomed(zooms.in),
    "-": zoomed(zooms.out),
    0: zoomed(zooms.whole),
  };
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const under = (event) => byId.get(event.target.closest("[id^=s]")?.id);
  box.addEventListener("focusin", (event) => {
    const station = under(event);
    if (!station) return;
    choose(station);
    show(station);
    reveal(station);
  });
  box.addEventListener("focusout", () => show());
  box.addEventListener("mouseover", (event) => under(event) && show(under(event)));
  box.addEventListener("mouseout", () => show(document.activeElement === current.link ? current : undefined));

  // The mouse drags the map. One finger scrolls without a script; two fingers zoom, as does the wheel with Ctrl
  let held;
  box.addEventListener("mousedown", ({ button }) => (held = button ? undefined : 0));
  addEventListener("mousemove", (event) => {
    if (held === undefined) return;
    held += Math.hypot(event.movementX, event.movementY);
    if (held > 4) box.scrollBy({ left: -event.movementX, top: -event.movementY, behavior: "instant" });
  });
  addEventListener("mouseup", () => setTimeout(() => (held = undefined))); // after the click event that may follow
  box.addEventListener("click", (event) => held > 4 && event.preventDefault(), true);
  box.addEventListener("dragstart", (event) => event.preventDefault());
  function zoomAt(event, to, x, y) {
    event.preventDefault();
    const { left, top } = box.getBoundingClientRect();
    zoom(to, x - left, y - top);
  }
  const active = { passive: false };
  box.addEventListener("wheel", (event) => event.ctrlKey && zoomAt(event, scale * Math.exp(-event.deltaY / 200), event.clientX, event.clientY), active);
  let pinch;
  const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  box.addEventListener("touchstart", ({ touches }) => (pinch = touches.length === 2 && apart(touches) / scale));
  box.addEventListener("touchmove", (event) => {
    const [a, b] = event.touches;
    if (pinch && b) zoomAt(event, apart(event.touches) / pinch, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
  }, active);

  // The names of the areas stay visible while the map scrolls
  box.addEventListener("scroll", () => {
    names?.setAttribute("transform", `translate(${box.scrollLeft / scale} 0)`);
    svg.classList.toggle("slim", box.clientWidth < 600 && box.scrollLeft > 40);
    for (const { firstChild, lastChild } of names?.children ?? []) {
      const { y, height } = firstChild.getBBox();
      lastChild.setAttribute("transform", `translate(0 ${Math.max(0, Math.min(box.scrollTop / scale - y, height - 60))})`);
    }
  }, { passive: true });
  for (const button of figure.querySelectorAll("[data-zoom]")) button.addEventListener("click", zooms[button.dataset.zoom]);
  for (const link of svg.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  for (const element of figure.querySelectorAll(".by-script")) element.hidden = false;
  choose(current);
  if (box.clientWidth / width > 0.8) zoom(Math.min(1, box.clientWidth / width));
})();
