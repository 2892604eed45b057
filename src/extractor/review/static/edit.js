// Accept, reject, edit, add: what a reader decides about records.

const OPS = ["=", ">=", ">", "<=", "<", "~", "range"];
const KINDS = ["level", "change", "gap", "rank"];

async function act(verdict, id = S.selected) {
  const record = findRecord(id);
  if (!record) return;
  const now = verdictOf(record);
  if (now === "added" && (verdict === "rejected" || verdict === "open")) await decide(record, "open");
  else if (verdict === "accepted" && (now === "edited" || now === "added")) return;
  else if (verdict === "rejected" || verdict === "accepted") await decide(original(record), now === verdict ? "open" : verdict);
  else await decide(record, verdict);
  drawMain();
  drawCount();
}

/** The record as it was extracted. */
const original = (record) => (S.doc.records || []).find((r) => r.id === record.id) || record;

async function downloadGold() {
  if (!S.corrections.size) { toast(t("nothing")); return; }
  saveFile("corrections.jsonl", goldText(), "application/x-ndjson");
}

// --- the form ---------------------------------------------------------------------------------------------------

function editRecord(id = S.selected) {
  const record = findRecord(id);
  if (!record) return;
  const { value: v, period: p, action: a } = record;
  S.editing = { record, added: verdictOf(record) === "added", evidence: record.evidence, values: {
    type: record.type, kind: record.kind || "", indicator: record.indicator?.text, canonical: record.indicator?.name,
    valueText: v?.text, op: v?.op || "=", number: v?.number, low: v?.low, high: v?.high, unit: v?.unit,
    periodText: p?.text, start: p?.start_date, end: p?.end_date, region: record.region?.name, actor: record.actor?.text,
    verb: a?.verb, object: a?.object, subject: a?.subject, state: a?.status || "planned" } };
  openEditor();
}

/** A form for a record that was missed, from the text that is selected. */
function addRecord() {
  const span = selectedSpan() || S.lastSpan;
  if (!span) { toast(t("needEvidence"), true); return; }
  const number = /([\d.]+)\s*((?:百|千|万|亿)*(?:个百分点|人次|平方公里|公里|万?标箱|美元|元|吨|[%％‰]|[\u4e00-\u9fff]))/.exec(span.text);
  const near = recordsOf(S.doc).filter((r) => r.evidence.start <= span.start).pop();
  S.editing = { record: { id: `added-${span.start}-${span.end}-${S.corrections.size}`, doc_id: S.doc.doc_id }, added: true, evidence: span, values: {
    type: S.filters.types.size === 1 ? [...S.filters.types][0] : "achievement", kind: number ? "level" : "", op: "=",
    valueText: number ? number[0] : "", number: number ? number[1] : "", unit: number ? number[2] : "",
    region: nameOf(near?.region) || S.doc.region || "", state: "planned" } };
  S.lastSpan = null;
  hideAdd();
  openEditor();
}

function openEditor() {
  S.selected = S.editing.record.id;
  if (S.view !== "review") S.view = "review";
  S.side = "list";
  drawMain();
  const first = document.querySelector("#editor input, #editor select");
  if (first) { first.focus(); $("list").scrollTop = 0; }
}

function closeEditor() {
  S.editing = null;
  drawMain();
}

function editor() {
  const { values, added, evidence } = S.editing;
  const put = (key) => (e) => { values[key] = e.target.value; if (key === "kind") drawMain(); };
  const label = (key, control, wide) => h("label", { class: wide ? "wide" : null }, h("span", null, t(key)), control);
  const input = (key, extra = {}) => h("input", { id: "e-" + key, value: values[key] ?? "", autocomplete: "off", ...extra, on: { input: put(key) } });
  const choice = (key, options) => {
    const control = h("select", { id: "e-" + key, on: { change: put(key) } }, options.map(([v, name]) => h("option", { value: v }, name)));
    control.value = values[key];
    return control;
  };
  const withNumber = values.kind !== "";
  return h("form", { id: "editor", class: "editor", on: { submit: (e) => { e.preventDefault(); saveEditor(); },
    keydown: (e) => { if (e.key === "Escape") { e.stopPropagation(); closeEditor(); } } } },
    h("h2", null, t(added && !S.corrections.has(place(S.doc.doc_id, S.editing.record.id)) ? "addTitle" : "editTitle")),
    h("blockquote", null, evidence.text, h("button", { type: "button", id: "e-evidence", class: "quiet", on: { click: takeSelection } }, t("useSelection"))),
    h("div", { class: "grid" },
      label("type", choice("type", TYPES.map((v) => [v, t(v)]))),
      label("kind", choice("kind", [["", "–"], ...KINDS.map((v) => [v, t(v)])])),
      withNumber ? [label("indicator", input("indicator"), true), label("canonical", input("canonical", { list: "indicators" }), true),
        label("value", input("valueText")), label("op", choice("op", OPS.map((v) => [v, v]))),
        label("number", input("number", { inputmode: "decimal" })), label("unit", input("unit")),
        values.op === "range" ? [label("low", input("low")), label("high", input("high"))] : null]
      : [label("subject", input("subject")), label("verb", input("verb")), label("object", input("object"), true),
        label("state", choice("state", ["planned", "ongoing", "done"].map((v) => [v, t(v)])))],
      label("period", input("periodText")), label("start", input("start", { placeholder: "2026-01-01" })),
      label("end", input("end", { placeholder: "2026-12-31" })),
      label("region", input("region", { list: "regions" })), label("actor", input("actor"))),
    h("p", { id: "e-problem", class: "problem", role: "alert" }),
    h("div", { class: "row" }, h("button", { type: "submit", id: "e-save", class: "strong" }, t("save")), button("cancel", closeEditor, { class: "quiet" })));
}

function takeSelection() {
  const span = selectedSpan() || S.lastSpan;
  if (!span) { toast(t("needEvidence"), true); return; }
  S.editing.evidence = span;
  drawMain();
}

async function saveEditor() {
  const { record, added, values, evidence } = S.editing;
  let made;
  try {
    made = read(values, evidence, record);
  } catch (problem) {
    fill($("e-problem"), problem.message);
    return;
  }
  S.editing = null;
  await decide({ ...record, ...made }, added ? "added" : "edited");
  drawMain();
  drawCount();
  select(record.id, {});
  toast(t(S.live ? "saved" : "savedLocal"));
}

/** The fields of a record from the form. Throws an error with a sentence for the reader. */
function read(values, evidence, record) {
  const text = (key) => (values[key] ?? "").toString().trim();
  const number = (key) => (text(key) === "" ? null : Number(text(key)));
  const made = { type: text("type"), kind: text("kind") || null, evidence, indicator: null, value: null, action: null };
  if (made.kind) {
    const span = valueSpan(text("valueText"), evidence, record.value);
    if (!text("unit") || [number("number"), number("low"), number("high")].some(Number.isNaN) ||
      (values.op === "range" ? number("low") === null || number("high") === null : number("number") === null)) throw new Error(t("needNumber"));
    if (!text("indicator")) throw new Error(t("needWhat"));
    made.indicator = { text: text("indicator"), name: text("canonical") || null };
    const ranged = values.op === "range";
    made.value = { ...span, op: values.op, number: ranged ? null : number("number"), low: ranged ? number("low") : null,
      high: ranged ? number("high") : null, unit: text("unit") };
  } else {
    if (!text("verb")) throw new Error(t("needWhat"));
    made.action = { verb: text("verb"), object: text("object"), status: text("state"), subject: text("subject") || null };
  }
  for (const key of ["start", "end"]) if (text(key) && !isDay(text(key))) throw new Error(t("needDate"));
  made.period = text("periodText") || text("start") || text("end") ? { text: text("periodText") || null, start_date: text("start") || null,
    end_date: text("end") || null, source: record.period?.source || "stated" } : null;
  made.region = text("region") ? { text: record.region?.name === text("region") ? record.region.text : null, name: text("region") } : null;
  made.actor = text("actor") ? { text: text("actor"), name: record.actor?.text === text("actor") ? record.actor.name : null } : null;
  return made;
}

function isDay(text) {
  const day = new Date(text + "T00:00:00Z");
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(+day) && day.toISOString().startsWith(text);
}

/** Where the words of a value stand: inside the evidence, where they stood before if they still do. */
function valueSpan(text, evidence, before) {
  if (before && before.text === text && before.start >= evidence.start && before.end <= evidence.end)
    return { text, start: before.start, end: before.end };
  const at = text ? evidence.text.indexOf(text) : -1;
  if (at < 0) throw new Error(t("needValue", text));
  const start = evidence.start + Array.from(evidence.text.slice(0, at)).length;
  return { text, start, end: start + Array.from(text).length };
}

// --- a button beside a selection --------------------------------------------------------------------------------

function selectionChanged() {
  const span = S.view === "review" ? selectedSpan() : null;
  if (!span) { hideAdd(); return; }
  S.lastSpan = span;
  if (S.editing) return;
  const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
  const place = $("add") || document.body.appendChild(button("add", addRecord, { id: "add" }));
  place.style.left = Math.max(8, Math.min(innerWidth - 170, box.left)) + "px";
  place.style.top = Math.min(innerHeight - 50, box.bottom + 6) + "px";
}

function hideAdd() {
  $("add")?.remove();
}
