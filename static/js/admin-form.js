"use strict";
// The form of a record while it is edited: counters, the publishing checks beside their fields, a preview of the page, and a copy of
// the input saved in this browser. The form works without this script: saving it shows the same checks.
(() => {
  const form = document.querySelector(".change-form #content-main > form");
  if (!form) return;
  const wasSent = Boolean(document.querySelector(".errornote"));
  const isNew = !form.elements.record?.value && !wasSent;
  const PAUSE = 1200; // milliseconds without input before the server is asked
  const language = document.documentElement.lang;
  const texts = document.getElementById("form-texts").dataset;
  const filled = (text, ...values) => values.reduce((said, value) => said.replace("{}", value), text);
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const words = (text) => text.replace(/\]\([^)]*\)/g, "]").match(/[\p{L}\p{N}_]+(?:[’'-][\p{L}\p{N}_]+)*/gu)?.length ?? 0;

  // --- The hours of a level with units are the sum of its units
  const minutesOfUnits = () => {
    const minutes = {};
    for (const row of all(".rows-units tr.form-row:not(.empty-form)", form)) {
      const [level, taken] = ["level", "minutes"].map((name) => Number(find(`.field-${name} :is(input, select)`, row)?.value));
      if (level && taken && !find(".delete input", row)?.checked) minutes[level] = (minutes[level] ?? 0) + taken;
    }
    return minutes;
  };
  const hoursOfUnits = () => {
    const minutes = minutesOfUnits();
    for (const row of all(".level-row", form)) {
      const level = find(".level-name b", row).textContent, field = find(".level-hours input", row);
      if (!find(".rows-units", form) || field.disabled) continue;
      if (minutes[level]) field.value = Math.round(minutes[level] / 0.6) / 100;
      field.readOnly = Boolean(minutes[level]);
      find(".of-units", row).hidden = !minutes[level];
    }
  };

  // --- Counters. They mark text that is too long, but do not cut it.
  const counted = () => {
    hoursOfUnits();
    for (const field of all("input[type=text][maxlength], textarea[maxlength], [data-most]", form)) {
      const most = Number(field.dataset.most ?? field.maxLength);
      count(field, filled(texts.of, field.value.length, most), field.value.length > most);
    }
    for (const holder of all("[data-words]", form)) {
      const [low, high] = holder.dataset.words.split(" ");
      count(find("textarea", holder), filled(texts.wordsOf, words(find("textarea", holder).value), low, high));
    }
    const hours = all(".level-hours input", form).map((field) => Number(field.value) || 0);
    const sum = find("[data-hours-sum]", form);
    if (sum) sum.textContent = filled(texts.hours, Math.round(hours.reduce((a, b) => a + b, 0) * 10) / 10);
    for (const row of all(".level-row", form)) {
      const text = find("textarea", row);
      const counter = find(".counter", row) ?? find(".level-text", row).appendChild(make("span", "counter quiet"));
      counter.textContent = filled(texts.inWords, words(text.value));
    }
  };
  const count = (field, text, isOver = false) => {
    const row = find(".label-row", field.closest(".form-field") ?? document.createElement("div"));
    if (!row) return;
    const counter = find(".counter", row) ?? row.appendChild(make("span", "counter quiet"));
    counter.textContent = text;
    counter.classList.toggle("over", isOver);
  };

  // --- Checks beside their fields and in the tabs
  const PARTS = ".item-option, .item-options, .form-field"; // the parts of a question that can have a check
  const place = () => {
    for (const old of all(".field-check", form)) old.remove();
    const sections = all(".form-section[data-keys]", form).map((section) => [section, section.dataset.keys.split(" "), 0, 0]);
    for (const item of all("#form-checks li")) {
      const path = item.dataset.path, key = path.split(".")[0], state = item.className;
      if (!path || state === "check-ok" || state === "check-todo") continue;
      if (isNew && "empty" in item.dataset) { // not filled in yet
        item.className = "check-todo";
        find(".visually-hidden", item)?.remove();
        continue;
      }
      const entry = sections.find(([, keys]) => keys.includes(key));
      if (!entry) continue;
      if (!find("a", item)) find("div", item).append(" ", Object.assign(make("a", "", texts.goTo), { href: `#${entry[0].id}` }));
      const [, row, cell] = path.split("."), line = row && document.getElementById(row);
      const inQuestion = line?.matches(".item-row") ? document.getElementById(`id_${row}-${cell}`)?.closest(PARTS) : null;
      const inRow = inQuestion ?? (line?.matches("tr") ? (find(`.field-${cell}`, line) ?? find("td", line)) : null);
      const target = inRow ?? find(`[data-field~="${CSS.escape(path)}"]`, entry[0]) ?? find(`[data-field="${CSS.escape(key)}"]`, entry[0]) ?? entry[0];
      const isEmpty = "empty" in item.dataset, text = find(".check-text", item).textContent;
      // An error that the form shows at the field is neither shown nor counted again.
      if (isEmpty && find(".errorlist", target)) continue;
      if (all(".errorlist li", inQuestion ?? entry[0]).some((error) => error.textContent === text)) continue;
      entry[state === "check-error" ? 2 : 3] += 1;
      if (isEmpty && !wasSent) continue; // the editor has not come to this field yet
      const said = make("p", `field-check ${state}`);
      said.append(find(".check-text", item).cloneNode(true));
      target.append(said);
      if (inRow && state === "check-error") inRow.closest("details")?.setAttribute("open", "");
    }
    for (const [section, , errors, looks] of sections) {
      const tab = find(`.section-tabs a[href="#${section.id}"]`);
      for (const mark of all(".count-error, .count-look", tab)) mark.remove();
      const own = all(".errorlist", section).length;
      if (errors + own || looks) {
        const mark = make("span", errors + own ? "count-error" : "count-look");
        mark.append(make("span", "visually-hidden", `${errors + own ? texts.errors : texts.looks} `), String(errors + own || looks));
        tab.append(mark);
      }
    }
  };

  // --- Answers of the server: checks and preview
  const checks = find("#form-checks"), pane = find("#form-preview");
  let asked = 0;

  // --- Entries of classifications with the same name: ticking one writes it into its field
  const entries = find("[data-suggestions-url]");
  const names = () => all("#id_name, [name^='aliases-'][name$='-name']", form).map((field) => field.value).join("|");
  let named = "";
  entries?.addEventListener("change", ({ target }) => {
    if (!target.checked || !target.dataset.source) return;
    const field = form.elements[target.dataset.source];
    field.value = [...field.value.split(",").filter(Boolean), target.value].join(",");
    target.closest("li").remove();
  });
  const post = async (url) => {
    const response = await fetch(url, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual" });
    return response.ok ? response.text() : null;
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const [list, fitting, page] = await Promise.all([
        checks && post(checks.dataset.checksUrl),
        entries && named !== names() ? post(entries.dataset.suggestionsUrl) : null,
        pane && find("iframe", pane) && pane.checkVisibility() ? post(pane.dataset.previewUrl) : null,
      ]);
      if (mine !== asked) return; // something has been typed since
      if (checks && list === null) throw new Error("not checked");
      if (list) {
        unchecked(false);
        find("[data-checks-list]", checks).innerHTML = list;
        place();
      }
      if (fitting) {
        named = names();
        entries.innerHTML = fitting;
      }
      if (page) show(page);
    } catch {
      // No connection, or an error of the server: the input is saved in this browser, and the next input asks again.
      if (mine === asked) unchecked(true);
    }
  };
  // Hides the results of the last check, because they do not apply to what was typed since.
  const unchecked = (isSo) => {
    if (!checks) return;
    find("[data-not-checked]", checks).hidden = !isSo;
    find("[data-checks-list]", checks).hidden = isSo;
    if (isSo) for (const old of all(".field-check, .count-error, .count-look")) old.remove();
  };

  // --- Preview of the page as readers will see it
  const frame = make("iframe", "preview-frame");
  const note = make("p", "quiet");
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const problems = find("[data-no-preview]", page);
    note.textContent = problems ? problems.textContent.trim() : "";
    frame.hidden = Boolean(problems);
    if (problems) return;
    for (const part of all("script, header.head, footer, .preview, .skip", page)) part.remove();
    const base = page.createElement("base");
    base.target = "_blank";
    page.head.prepend(base);
    const top = frame.contentWindow?.scrollY ?? 0;
    frame.onload = () => frame.contentWindow.scrollTo(0, top);
    frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  };
  if (pane) {
    frame.title = find("h2", pane).textContent;
    frame.setAttribute("sandbox", "allow-same-origin");
    note.textContent = texts.previewLater;
    frame.hidden = true;
    pane.append(note, frame);
  }

  // --- Input saved in this browser: what differs from the form that the server sent, separately for each opened page
  const MONTH = 30 * 24 * 3600 * 1000;
  const here = `waymark-form:${texts.user}:${location.pathname}:`;
  const submitted = sessionStorage["waymark-submitted"] ?? "";
  // A form that comes back with errors continues with the copy saved when it was submitted.
  const key = wasSent && submitted.startsWith(here) ? submitted : here + Math.random().toString(36).slice(2);
  const skipped = /^(csrfmiddlewaretoken|seen|record|_.*|.*-(INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*__prefix__.*)$/;
  const values = () => {
    const found = {};
    for (const field of form.elements) {
      if (!field.name || skipped.test(field.name) || ["submit", "button", "file"].includes(field.type)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (found[field.name] ??= []).push([field.value]);
        else found[field.name] ??= [];
      } else if (field.tagName === "SELECT") {
        found[field.name] = [...field.selectedOptions].map((option) => [option.value, option.text]);
      } else (found[field.name] ??= []).push([field.value]);
    }
    return found;
  };
  let initial = "{}";
  const changed = () => {
    const before = JSON.parse(initial);
    return Object.fromEntries(Object.entries(values()).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
  };
  const status = find("[data-saved]");
  const stored = (name) => {
    try {
      return JSON.parse(localStorage[name]);
    } catch {
      return null;
    }
  };
  const before = stored(key)?.values ?? {};
  const keep = () => {
    const text = { ...before, ...changed() };
    try {
      if (Object.keys(text).length) {
        localStorage[key] = JSON.stringify({ at: Date.now(), seen: form.elements.seen?.value ?? "", values: text });
        const time = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
        if (status) status.textContent = ` · ${texts.isSaved} ${time}`;
      } else localStorage.removeItem(key);
    } catch {
      if (status) status.textContent = ` · ${texts.notSaved}`;
    }
  };
  const restore = (saved) => {
    for (const [name, value] of Object.entries(saved.values)) {
      if (!name.endsWith("-TOTAL_FORMS")) continue;
      const group = document.getElementById(`${name.replace(/-TOTAL_FORMS$/, "")}-group`);
      for (let more = Number(value[0][0]) - Number(form.elements[name]?.value ?? 0); more > 0; more -= 1) find(".add-row a", group ?? form)?.click();
    }
    for (const [name, value] of Object.entries(saved.values)) {
      if (name.endsWith("-TOTAL_FORMS")) continue;
      for (const field of all(`[name="${CSS.escape(name)}"]`, form)) {
        if (field.type === "checkbox" || field.type === "radio") field.checked = value.some(([item]) => item === field.value);
        else if (field.tagName === "SELECT") {
          for (const option of field.options) option.selected = false;
          for (const [item, label] of value) {
            const known = [...field.options].find((option) => option.value === item);
            if (known) known.selected = true;
            else field.add(new Option(label, item, true, true));
          }
          window.django?.jQuery(field).trigger("change");
        } else field.value = value[0]?.[0] ?? "";
      }
    }
    changedSomething();
  };
  // Compares input that was typed into an older version of the record with the form, field by field.
  const nameOf = (name) => {
    const [, row] = name.match(/-(\d+)-/) ?? [];
    const field = form.elements[name]?.closest ? form.elements[name] : find(`[name="${CSS.escape(name.replace(/-\d+-/, "-__prefix__-"))}"], [name="${CSS.escape(name)}"]`, form);
    const cell = field?.closest("td");
    const text = field?.getAttribute("aria-label") || cell?.closest("table").tHead?.rows[0].cells[cell.cellIndex]?.textContent || field?.labels?.[0]?.textContent || name;
    const section = row && field && find("h2", field.closest(".form-section"))?.firstChild.textContent.trim();
    return `${section ? `${section}, ${Number(row) + 1}: ` : ""}${text.trim().replace(/:$/, "")}`;
  };
  const textOf = (name, value) => {
    const isBox = find(`[name="${CSS.escape(name)}"]`, form)?.type === "checkbox";
    if (isBox && all(`[name="${CSS.escape(name)}"]`, form).length === 1) return value?.length ? texts.yes : texts.no;
    return value?.map(([item, label]) => label ?? item).join(", ") || texts.nothing;
  };
  const compare = (saved, body) => {
    const now = values();
    for (const [name, value] of Object.entries(saved.values)) {
      if (name.endsWith("-TOTAL_FORMS") || JSON.stringify(now[name]) === JSON.stringify(value)) continue;
      if (find(`[name="${CSS.escape(name)}"]`, form)?.type === "hidden") continue;
      const row = body.insertRow();
      row.append(Object.assign(make("th", "", nameOf(name)), { scope: "row" }), make("td", "", textOf(name, value)), make("td", "", textOf(name, now[name])));
    }
  };
  const offer = () => {
    const notice = document.getElementById("unsaved-text");
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith("waymark-form:"))) {
      const saved = stored(name);
      if (!saved || Date.now() - saved.at > MONTH) localStorage.removeItem(name);
      if (!saved || !name.startsWith(here) || name === key) continue;
      const shown = notice.content.firstElementChild.cloneNode(true);
      find("time", shown).textContent = new Date(saved.at).toLocaleString(language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
      if (saved.seen === (form.elements.seen?.value ?? "")) find("[data-changed]", shown).remove();
      else compare(saved, find("tbody", shown));
      find("[data-back]", shown).onclick = () => {
        restore(saved);
        localStorage.removeItem(name);
        shown.remove();
        keep();
      };
      find("[data-away]", shown).onclick = () => {
        const deleted = notice.content.lastElementChild.cloneNode(true);
        localStorage.removeItem(name);
        shown.replaceWith(deleted);
        find("p", deleted).focus();
        find("[data-undo]", deleted).onclick = () => {
          localStorage[name] = JSON.stringify(saved);
          deleted.replaceWith(shown);
          find("[data-back]", shown).focus();
        };
      };
      form.prepend(shown);
    }
    find(".unsaved-text", form)?.scrollIntoView({ block: "center" }); // after “Back” the browser restores the old scroll position
  };

  let waiting, saving;
  const changedSomething = () => {
    counted();
    clearTimeout(saving);
    saving = setTimeout(keep, 400);
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };
  addEventListener("load", () => {
    // Django's own scripts have filled in their fields before this event.
    initial = JSON.stringify(values());
    named = names();
    offer();
    counted();
    place();
    form.addEventListener("input", ({ target }) => {
      // An error does not apply to new input in its field, so it is removed; the checks look at the new input.
      const field = target.closest(".inline-group td, .form-field");
      if (field) find(":scope > .errorlist", field)?.remove();
      if (!target.closest(".item-row")) return;
      document.getElementById(`${target.id}_error`)?.remove();
      target.removeAttribute("aria-invalid");
      const options = target.closest(".item-options");
      if (options) find(":scope > .errorlist", options)?.remove();
      else target.closest(".form-field").classList.remove("errors");
    });
    form.addEventListener("input", changedSomething);
    form.addEventListener("change", changedSomething);
    window.django?.jQuery(form).on("change", "select", changedSomething);
    document.addEventListener("formset:added", changedSomething);
    document.addEventListener("formset:removed", changedSomething);
    addEventListener("pagehide", keep);
    if (wasSent) keep();
    form.addEventListener("submit", () => {
      keep();
      sessionStorage["waymark-submitted"] = key;
    });
    if (form.elements.record.value || wasSent) ask();
  });
})();
