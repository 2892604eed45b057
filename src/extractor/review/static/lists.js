// The right side: the records of an article as cards or a table; and the table of all articles.

function listPane(doc) {
  const all = recordsOf(doc);
  const records = all.filter((r) => fits(r, doc));
  const whole = S.whole.has(doc.doc_id);
  return h("section", { class: "list", id: "list" },
    h("div", { class: "bar" },
      h("div", { class: "switch", role: "group" }, ["cards", "table"].map((pane) => h("button", { type: "button", id: "pane-" + pane,
        "aria-pressed": S.pane === pane ? "true" : "false", on: { click: () => { S.pane = pane; drawMain(); } } }, t(pane)))),
      h("span", { class: "shown", id: "shown" }, `${records.length} / ${all.length} ${t("shown")}`),
      h("span", { class: "progress", title: t("decided") }, `${t("decided")} ${all.filter((r) => verdictOf(r) !== "open").length}`),
      h("button", { type: "button", id: "whole", class: whole ? "quiet" : "", title: t("wholeTip"),
        on: { click: async () => { await decideWhole(doc, !whole); drawMain(); drawCount(); } } }, t(whole ? "wholeUndo" : "whole"))),
    !records.length ? h("p", { class: "empty" }, t("none"))
      : S.pane === "cards" ? h("div", { class: "cards" }, records.map(card)) : tableOf(records, false));
}

function card(record) {
  const verdict = verdictOf(record);
  return h("article", { class: `card ${record.type} ${verdict}`, tabindex: "-1", data: { record: record.id },
    on: { click: (e) => { if (!e.target.closest("button, input, a")) select(record.id, { scroll: "text" }); },
      mouseenter: () => hover(record.id, true), mouseleave: () => hover(record.id, false) } },
    h("header", null,
      h("span", { class: "badge " + record.type }, t(record.type)),
      record.kind ? h("span", { class: "tag" }, t(record.kind)) : record.action ? h("span", { class: "tag" }, t(record.action.status)) : null,
      record.repeats ? h("span", { class: "tag repeat", title: t("whyRepeats") }, "↺") : null,
      h("span", { class: "verdict" }, verdict === "open" ? "" : t(verdict)),
      h("span", { class: "confidence", title: `${t("confidence")} ${record.confidence}` }, record.confidence.toFixed(2))),
    h("div", { class: "line" }, h("h3", null, titleOf(record)), record.value ? h("b", { class: "amount" }, record.value.text) : null),
    h("p", { class: "facts" }, [periodText(record.period), nameOf(record.region), nameOf(record.actor), record.speaker?.name].filter(Boolean)
      .map((fact) => h("span", null, fact))),
    h("div", { class: "acts" },
      button("accept", () => act("accepted", record.id), { class: "yes", "aria-pressed": verdict === "accepted" ? "true" : "false" }),
      button("reject", () => act("rejected", record.id), { class: "no", "aria-pressed": verdict === "rejected" ? "true" : "false" }),
      button("edit", () => editRecord(record.id), { class: "edit" }),
      verdict === "open" ? null : button("undo", () => act("open", record.id), { class: "quiet" }),
      h("span", { class: "grow" }),
      button("why", () => whyDialog(record.id), { class: "quiet why" })));
}

/** Columns of a table: name, what is shown, what it is sorted by. */
const COLUMNS = [
  ["type", (r) => h("span", { class: "badge " + r.type }, t(r.type)), (r) => TYPES.indexOf(r.type)],
  ["what", (r) => titleOf(r), (r) => r.indicator?.name || titleOf(r)],
  ["value", (r) => (r.value ? r.value.text : r.action ? t(r.action.status) : ""), (r) => r.value?.base?.number ?? r.value?.number ?? null],
  ["period", (r) => periodText(r.period), (r) => r.period?.end_date || ""],
  ["region", (r) => nameOf(r.region), (r) => nameOf(r.region)],
  ["actor", (r) => nameOf(r.actor), (r) => nameOf(r.actor)],
  ["confidence", (r) => r.confidence.toFixed(2), (r) => r.confidence],
  ["status", (r) => { const v = verdictOf(r); return v === "open" ? "" : h("span", { class: "verdict " + v }, t(v)); }, (r) => verdictOf(r)],
];

function tableOf(records, across) {
  const column = COLUMNS.find(([name]) => name === S.sort.by);
  if (column) {
    const sign = S.sort.down ? -1 : 1;
    const keyed = records.map((r) => [column[2](r), r]);
    keyed.sort(([a], [b]) => (a === null || a === "" ? 1 : b === null || b === "" ? -1
      : sign * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"))));
    records = keyed.map(([, r]) => r);
  }
  const shown = records.slice(0, S.limit);
  const title = new Map(S.docs.map((d) => [d.doc_id, d.title || d.doc_id]));
  const head = COLUMNS.map(([name]) => h("th", { scope: "col", class: "c-" + name,
    "aria-sort": S.sort.by === name ? (S.sort.down ? "descending" : "ascending") : null },
    h("button", { type: "button", on: { click: () => { S.sort = { by: name, down: S.sort.by === name && !S.sort.down }; drawMain(); } } }, t(name))));
  const row = (r) => h("tr", { class: verdictOf(r), tabindex: "-1", data: { record: r.id },
    on: { click: () => (across ? openDocument(r.doc_id, r.id) : select(r.id, { scroll: "text" })),
      mouseenter: () => hover(r.id, true), mouseleave: () => hover(r.id, false) } },
    COLUMNS.map(([name, shownAs]) => h("td", { class: "c-" + name }, shownAs(r))),
    across ? h("td", { class: "c-document" }, title.get(r.doc_id) || r.doc_id) : null);
  return h("div", { class: "scroll" },
    h("table", null, h("thead", null, h("tr", null, head, across ? h("th", { scope: "col" }, t("document")) : null)),
      h("tbody", null, shown.map(row))),
    records.length > shown.length ? h("button", { type: "button", class: "more-rows",
      on: { click: () => { S.limit += 300; drawMain(); } } }, `${t("more")} (${records.length - shown.length})`) : null);
}

/** The records of all articles that fit the filters. */
function recordsView() {
  const records = S.docs.flatMap((doc) => (doc.records ? recordsOf(doc).filter((r) => fits(r, doc)) : []));
  return h("section", { class: "all" },
    h("div", { class: "bar" }, h("span", { class: "shown", id: "shown" }, `${records.length} ${t("nRecords")}`)),
    records.length ? tableOf(records, true) : h("p", { class: "empty" }, t("none")));
}

// --- why this record --------------------------------------------------------------------------------------------

async function whyDialog(id) {
  const record = findRecord(id);
  if (!record) return;
  const about = [];
  const tell = (key, ...told) => about.push(h("dt", null, t(key)), h("dd", null, ...told));
  tell("evidence", record.evidence.text);
  if (record.value) tell("value", `${record.value.text} → ${[record.value.op, record.value.number ?? `${record.value.low}–${record.value.high}`,
    record.value.unit].join(" ")}${record.value.base ? `  (${record.value.base.number ?? ""} ${record.value.base.unit})` : ""}`);
  if (record.indicator) tell("indicator", record.indicator.text, record.indicator.name && record.indicator.name !== record.indicator.text ? ` → ${record.indicator.name}` : "");
  if (record.action) tell("action", `${record.action.subject ? record.action.subject + " " : ""}${record.action.verb} · ${record.action.object} · ${t(record.action.status)}`);
  if (record.basis) tell("basis", [t(record.basis.kind), record.basis.text].filter(Boolean).join(" "));
  if (record.period) tell("whyPeriod", `${record.period.text || ""} → ${periodText(record.period)} · ${t(record.period.source === "document" ? "document_" : record.period.source || "stated")}`);
  if (record.region) tell("region", record.region.name, record.region.text ? ` (${record.region.text})` : "");
  if (record.actor) tell("actor", nameOf(record.actor));
  if (record.speaker) tell("speaker", [record.speaker.name, record.speaker.title].filter(Boolean).join(" · "));
  tell("rule", h("code", null, record.rule));
  tell("confidence", `${record.confidence} · ${t("whyConfidence")}`);
  const steps = S.live ? await liveWhy(record) : record.why;
  if (steps && steps.length) tell("why", h("ol", null, steps.map((step) => h("li", null, step))));
  if (record.repeats) tell("whyRepeats", link(record.repeats));
  const others = recordsOf(S.doc).filter((r) => r.group && r.group === record.group && r.id !== record.id);
  if (others.length) tell("whyGroup", others.map((r) => link(r.id)));
  const close = dialog(t("why"), h("dl", { class: "why" }, about),
    h("div", { class: "row" }, h("code", { class: "id" }, record.id), h("button", { type: "button", on: { click: () => close() } }, "OK")));
  function link(other) {
    const found = findRecord(other);
    return h("button", { type: "button", class: "link", on: { click: () => { close(); select(other, {}); } } },
      found ? `${titleOf(found)} ${found.value ? found.value.text : ""}` : other);
  }
}
