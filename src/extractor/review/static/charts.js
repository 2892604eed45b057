// The overview: charts drawn by Vega-Lite. Expressions are interpreted (`ast`), so that the page needs no `eval`.

const COLORS = { target: "#d9730d", achievement: "#0b7a75", initiative: "#7a52c7" };
const STATUS_COLORS = { met: "#0b7a75", "on course": "#4f9d69", behind: "#d9a20d", missed: "#c0392b", unknown: "#8a94a0" };
const PALETTE = ["#0b7a75", "#d9730d", "#7a52c7", "#2f6fb0", "#b5446e", "#6b8e23", "#8c6d46", "#4a5568", "#c59b08", "#3fa7a0"];

function overviewView() {
  const o = S.overview;
  const totals = o.totals;
  const figure = (n, label, kind) => h("button", { type: "button", class: "figure " + (kind || ""),
    on: { click: () => { setFilters(kind ? { types: new Set([kind]), repeats: true } : {}); go("records"); } } }, h("b", null, n.toLocaleString("en")), h("span", null, label));
  const box = (id, key, note) => h("section", { class: "chart", id: "box-" + id }, h("h2", null, t(key)), note ? h("p", { class: "note" }, note) : null,
    h("div", { id: "chart-" + id, class: "plot" }));
  const series = h("select", { id: "series", "aria-label": t("indicator"), on: { change: (e) => { S.series = +e.target.value; drawSeries(); } } },
    o.series.map((s, i) => h("option", { value: i }, flat(`${s.indicator} · ${t(s.kind)} · ${unitName(s.unit)}（${s.points.length}）`))));
  if (o.series.length) series.value = String(S.series || 0);
  const made = h("div", { class: "overview" },
    h("div", { class: "figures" }, figure(totals.documents, t("nArticles")), figure(totals.records, t("nRecords")),
      TYPES.map((type) => figure(totals[type], t(type), type))),
    h("p", { class: "note" }, `${t("clickBar")} · ${t("distinct")}`),
    h("div", { class: "charts" }, box("themes", "chartThemes"), box("deadlines", "chartDeadlines"),
      box("tracked", "chartTracked", t("chartTrackedNote")), box("series", "chartSeries")));
  if (o.series.length) made.querySelector("#box-series").insertBefore(series, made.querySelector("#chart-series"));
  queueMicrotask(() => { drawThemes(); drawDeadlines(); drawTracked(); drawSeries(); });
  return made;
}

const unitName = (unit) => ({ CNY: LANG === "zh" ? "元" : "CNY", TEU: LANG === "zh" ? "标箱" : "TEU", pp: LANG === "zh" ? "个百分点" : "pp", m2: "m²" }[unit] || unit);
const themeName = (theme) => (LANG === "zh" ? theme : S.overview.theme_names[theme] || theme);
const isNarrow = () => innerWidth < 700;
const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

/** Draws a chart; a click on a mark calls `clicked` with its datum. */
async function draw(id, spec, clicked) {
  const place = $("chart-" + id);
  if (!place) return;
  const ink = isDark() ? "#c9d1d9" : "#3b4450";
  const config = { font: getComputedStyle(document.body).fontFamily, background: null, view: { stroke: null },
    axis: { labelColor: ink, titleColor: ink, gridColor: isDark() ? "#2b323b" : "#e8ebef", domainColor: "#9aa4af", tickColor: "#9aa4af", labelFontSize: 12,
      titleFontSize: 12, titleFontWeight: "normal", labelLimit: 190 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, orient: "top", title: null, symbolType: "circle", labelLimit: 220 },
    range: { category: PALETTE } };
  const shown = await window.vegaEmbed(place, { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container",
    autosize: { type: "fit", contains: "padding" }, config, ...spec },
    { actions: false, ast: true, renderer: "svg", mode: "vega-lite", tooltip: { theme: isDark() ? "dark" : "light" } });
  if (clicked) shown.view.addEventListener("click", (_, item) => { if (item && item.datum) clicked(item.datum); });
  place.dataset.drawn = "yes";
}

function empty(id, key) {
  fill($("chart-" + id), h("p", { class: "empty" }, t(key)));
}

function drawThemes() {
  if (!S.overview.themes.length) { empty("themes", "none"); return; }
  const values = S.overview.themes.map((d) => ({ ...d, theme: flat(themeName(d.theme)), kind: t(d.type) }));
  const order = Object.keys(S.overview.theme_names).map(themeName);
  draw("themes", { height: 70 + 21 * new Set(values.map((v) => v.theme)).size, data: { values }, mark: { type: "bar", cursor: "pointer", cornerRadius: 2 }, encoding: {
    y: { field: "theme", type: "nominal", sort: order, title: null, axis: { domain: false, ticks: false, labelPadding: 6 } },
    x: { field: "n", type: "quantitative", title: t("count"), axis: { tickMinStep: 1, tickCount: 5, domain: false } },
    color: { field: "kind", type: "nominal", scale: { domain: TYPES.map((x) => t(x)), range: TYPES.map((x) => COLORS[x]) } },
    order: { field: "type", sort: "descending" },
    tooltip: [{ field: "theme", title: t("theme") }, { field: "kind", title: t("type") }, { field: "n", title: t("count") }] } },
    (d) => { setFilters({ types: new Set([d.type]), repeats: true }); go("records"); });
}

function drawDeadlines() {
  if (!S.overview.deadlines.length) { empty("deadlines", "noDeadlines"); return; }
  const totals = new Map();
  for (const d of S.overview.deadlines) totals.set(d.theme, (totals.get(d.theme) || 0) + d.n);
  const big = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 8).map(([theme]) => theme);
  const rest = LANG === "zh" ? "其余主题" : "other themes";
  const values = S.overview.deadlines.map((d) => ({ year: d.year, n: d.n, theme: big.includes(d.theme) ? flat(themeName(d.theme)) : rest }));
  draw("deadlines", { height: 300, data: { values }, mark: { type: "bar", cursor: "pointer", cornerRadius: 2 }, encoding: {
    x: { field: "year", type: "ordinal", title: null, axis: { labelAngle: 0, domain: false, labelOverlap: true } },
    y: { aggregate: "sum", field: "n", type: "quantitative", title: t("count"), axis: { tickMinStep: 1, tickCount: 5, domain: false } },
    color: { field: "theme", type: "nominal", sort: null, scale: { domain: [...big.map((x) => flat(themeName(x))), rest] }, legend: { columns: isNarrow() ? 2 : 4 } },
    tooltip: [{ field: "year", title: t("year") }, { field: "theme", title: t("theme") }, { aggregate: "sum", field: "n", title: t("count") }] } },
    (d) => { setFilters({ types: new Set(["target"]), from: String(d.year), to: String(d.year), repeats: true }); go("records"); });
}

function drawTracked() {
  const rows = S.overview.tracked;
  if (!rows.length) { empty("tracked", "noTracked"); return; }
  const values = rows.slice(0, 24).map((r) => ({ ...r, what: flat([r.region, r.indicator, r.due && r.due.slice(0, 4)].filter(Boolean).join(" · ")), state: t(r.status),
    shown: Math.min(1.5, Math.max(0, r.share)), target: flat(r.target), how: flat(r.arithmetic),
    latest: flat(r.latest) + (r.months ? (LANG === "zh" ? `（${r.months} 个月）` : ` (${r.months} months)`) : "") }));
  const order = values.map((v) => v.what);
  draw("tracked", { height: 70 + 24 * values.length, data: { values }, encoding: { y: { field: "what", type: "nominal", sort: order, title: null,
    axis: { domain: false, ticks: false, labelLimit: isNarrow() ? 130 : 260 } } }, layer: [
    { mark: { type: "bar", height: 12, cornerRadius: 2, cursor: "pointer" }, encoding: { x: { field: "shown", type: "quantitative", title: null, axis: { format: ".0%", tickCount: 5, domain: false }, scale: { zero: true } },
      color: { field: "state", type: "nominal", legend: { columns: isNarrow() ? 3 : 5 }, scale: { domain: Object.keys(STATUS_COLORS).map((x) => t(x)), range: Object.values(STATUS_COLORS) } },
      tooltip: [{ field: "what", title: t("indicator") }, { field: "target", title: t("target_") }, { field: "latest", title: t("latest") }, { field: "share", title: "%", format: ".1%" }, { field: "state", title: t("state") }, { field: "how", title: t("sums") }] } },
    { mark: { type: "rule", strokeWidth: 2, color: isDark() ? "#c9d1d9" : "#3b4450" }, data: { values: [{ at: 1 }] }, encoding: { x: { datum: 1, type: "quantitative" }, y: null } }] },
    (d) => { if (d.doc) openDocument(d.doc, d.id); });
}

/** A factor and a unit that keep the numbers of an axis short. */
function scaleOf(series) {
  const most = Math.max(...series.points.map((p) => Math.abs(p.value)));
  if (most >= 1e8) return [1e8, (LANG === "zh" ? "亿" : "100 million ") + unitName(series.unit)];
  if (most >= 1e4 && LANG === "zh") return [1e4, "万" + unitName(series.unit)];
  return [1, unitName(series.unit)];
}

function drawSeries() {
  const series = S.overview.series[S.series || 0];
  if (!series) { empty("series", "noSeries"); return; }
  const [factor, unit] = scaleOf(series);
  const values = series.points.map((p) => ({ ...p, day: p.date, number: p.value / factor, region: flat(p.region), kind: t(p.type), words: flat(p.text) }));
  draw("series", { height: 300, data: { values }, encoding: {
    x: { field: "day", type: "temporal", title: null, axis: { format: "%Y-%m", labelOverlap: true, tickCount: 6, grid: false } },
    y: { field: "number", type: "quantitative", title: unit, scale: { zero: false, padding: 12 }, axis: { tickCount: 6, domain: false } },
    color: { field: "region", type: "nominal", legend: { columns: isNarrow() ? 3 : 5, symbolLimit: 15 } } }, layer: [
    { transform: [{ filter: { field: "type", equal: "achievement" } }], mark: { type: "line", strokeWidth: 1.5, opacity: 0.55 } },
    { mark: { type: "point", filled: true, size: 80, opacity: 1, cursor: "pointer" }, encoding: {
      shape: { field: "kind", type: "nominal", scale: { domain: TYPES.slice(0, 2).map((x) => t(x)), range: ["diamond", "circle"] } },
      tooltip: [{ field: "region", title: t("region") }, { field: "day", title: t("date"), type: "nominal" }, { field: "words", title: t("value") }, { field: "kind", title: t("type") }] } }] },
    (d) => { if (d.doc) openDocument(d.doc, d.id); });
}
