// The head of the page and the filters.

function drawHead() {
  const view = (name) => h("button", { type: "button", class: "tab", "aria-pressed": S.view === name ? "true" : "false", id: "view-" + name,
    on: { click: () => go(name) } }, t(name));
  const files = S.pages.length > 1 ? h("select", { id: "pages", "aria-label": t("page"),
    on: { change: (e) => { location.href = encodeURI(e.target.value); } } },
    S.pages.map((name, i) => h("option", { value: name, selected: i + 1 === S.page }, `${i + 1} / ${S.pages.length}`))) : null;
  fill($("top"),
    h("div", { class: "brand" }, h("b", null, "extractor"), h("span", { class: "count", id: "count" })),
    h("nav", null, ["overview", "review", "records"].map(view), files),
    h("div", { class: "tools" },
      S.live ? button("paste", pasteDialog, { id: "paste", class: "strong" }) : null,
      button("download", downloadGold, { id: "download" }),
      button("help", helpDialog, { id: "help", class: "quiet wide-only" }),
      button("switch", switchLanguage, { id: "language", class: "quiet" })));
  drawCount();
}

function drawCount() {
  const totals = S.overview ? S.overview.totals : { documents: 0, records: 0 };
  const decided = S.corrections.size;
  fill($("count"), `${totals.documents} ${t("nArticles")} · ${totals.records} ${t("nRecords")}`,
    decided ? h("span", { class: "decided-count" }, ` · ${t("decided")} ${decided}`) : null);
}

function drawFilters() {
  const place = $("filters");
  place.hidden = S.view === "overview";
  if (place.hidden) { fill(place); return; }
  const f = S.filters;
  const set = (key, read = (e) => e.target.value) => (e) => { f[key] = read(e); filtersChanged(key); };
  const field = (key, control, wide) => h("label", { class: "field" + (wide ? " " + wide : "") }, h("span", null, t(key)), control);
  const options = (values) => values.map((v) => h("option", { value: v }));
  fill(place,
    h("input", { id: "q", type: "search", placeholder: t("search"), "aria-label": t("search"), value: f.q, on: { input: set("q") } }),
    h("div", { class: "chips", role: "group", "aria-label": t("type") }, TYPES.map((type) => h("button", { type: "button",
      class: "chip " + type, id: "type-" + type, "aria-pressed": f.types.has(type) ? "true" : "false",
      on: { click: () => { toggleType(type); } } }, t(type)))),
    h("details", { class: "more", open: innerWidth > 700 || S.filtersOpen, on: { toggle: (e) => { S.filtersOpen = e.target.open; } } },
      h("summary", null, t("filters")),
      h("div", { class: "fields" },
        field("region", h("input", { id: "f-region", list: "regions", value: f.region, on: { input: set("region") } })),
        field("indicator", h("input", { id: "f-indicator", list: "indicators", value: f.indicator, on: { input: set("indicator") } })),
        h("span", { class: "field" }, h("span", null, t("period")),
          h("input", { id: "f-from", type: "number", class: "year", min: 1900, max: 2200, placeholder: t("from"), "aria-label": t("from"), value: f.from, on: { input: set("from") } }),
          h("input", { id: "f-to", type: "number", class: "year", min: 1900, max: 2200, placeholder: t("to"), "aria-label": t("to"), value: f.to, on: { input: set("to") } })),
        field("confidence", [h("input", { id: "f-confidence", type: "range", min: 0, max: 1, step: 0.05, value: f.confidence,
          on: { input: set("confidence", (e) => +e.target.value) } }), h("output", { id: "o-confidence" }, "≥ " + f.confidence.toFixed(2))]),
        field("status", h("select", { id: "f-status", on: { change: set("status") } },
          [["", "all"], ["open", "open"], ["decided", "decided"], ["accepted", "accepted"], ["rejected", "rejected"], ["edited", "edited"], ["added", "added"]]
            .map(([v, name]) => h("option", { value: v, selected: f.status === v }, t(name))))),
        h("label", { class: "field check" }, h("input", { id: "f-repeats", type: "checkbox", checked: f.repeats,
          on: { change: set("repeats", (e) => e.target.checked) } }), h("span", null, t("repeats"))),
        h("button", { type: "button", id: "clear", class: "quiet", on: { click: clearFilters } }, t("clear")))),
    h("datalist", { id: "regions" }, options(names((r) => nameOf(r.region)))),
    h("datalist", { id: "indicators" }, options(names((r) => r.indicator && (r.indicator.name || r.indicator.text)))));
  $("f-status").value = f.status;
}

/** The most frequent names that records have, for suggestions. */
function names(of) {
  const counts = new Map();
  for (const doc of S.docs) for (const record of doc.records || []) {
    const name = of(record);
    if (name) counts.set(name, (counts.get(name) || 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 200).map(([name]) => name);
}

function toggleType(type) {
  const types = S.filters.types;
  if (types.size === TYPES.length) { types.clear(); types.add(type); } // the first press shows that type alone
  else if (types.has(type)) types.delete(type);
  else types.add(type);
  if (!types.size) for (const each of TYPES) types.add(each);
  for (const each of TYPES) $("type-" + each).setAttribute("aria-pressed", types.has(each) ? "true" : "false");
  filtersChanged("types");
}

function setFilters(values) {
  Object.assign(S.filters, { types: new Set(TYPES), region: "", indicator: "", from: "", to: "", confidence: 0, status: "", repeats: false, q: "" }, values);
}

function clearFilters() {
  setFilters({});
  drawFilters();
  filtersChanged("all");
}

let filterTimer = 0;
function filtersChanged(key) {
  if (key === "confidence") $("o-confidence").textContent = "≥ " + S.filters.confidence.toFixed(2);
  S.limit = 150;
  clearTimeout(filterTimer);
  filterTimer = setTimeout(drawMain, key === "q" || key === "confidence" ? 120 : 0);
}
