// What the page knows: documents, records, corrections, and what is chosen. Offsets of records count code points;
// strings of the browser count UTF-16 units, so every document carries the way from one to the other.
const TYPES = ["target", "achievement", "initiative"];
const S = {
  view: "overview", pane: "cards", side: "text", docs: [], doc: null, selected: null, overview: null, pages: [], page: 1,
  key: "extractor", live: false, sort: { by: null, down: false }, limit: 150,
  corrections: new Map(), whole: new Set(),
  filters: { types: new Set(TYPES), region: "", indicator: "", from: "", to: "", confidence: 0, status: "", repeats: false, q: "" },
};

/** From the page itself: everything is in it. */
async function fromPage() {
  const packed = Uint8Array.from(atob($("payload").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text());
  S.overview = data.overview; S.pages = data.pages; S.page = data.page; S.key = "extractor-" + data.key;
  S.docs = data.documents.map(prepare);
  try {
    const kept = JSON.parse(localStorage.getItem(S.key) || "null");
    if (kept) {
      for (const line of kept.lines) S.corrections.set(place(line.doc_id, line.review.id), line);
      S.whole = new Set(kept.whole);
    }
  } catch { /* a browser that keeps nothing for files */ }
}

/** A document with its way from code points to UTF-16 units, and its records in order of place. */
function prepare(doc) {
  doc.units = null;
  if (doc.text !== undefined && /[\ud800-\udbff]/.test(doc.text)) {
    doc.units = [0];
    for (const point of doc.text) doc.units.push(doc.units[doc.units.length - 1] + point.length);
  }
  return doc;
}

const unitOf = (doc, point) => (doc.units ? doc.units[point] : point);
function pointOf(doc, unit) {
  if (!doc.units) return unit;
  let low = 0, high = doc.units.length - 1;
  while (low < high) { const half = (low + high) >> 1; if (doc.units[half] < unit) low = half + 1; else high = half; }
  return low;
}
const sliceOf = (doc, start, end) => doc.text.slice(unitOf(doc, start), unitOf(doc, end));

const place = (docId, id) => docId + "\u0000" + id;
const correctionOf = (record) => S.corrections.get(place(record.doc_id, record.id));
const verdictOf = (record) => (correctionOf(record)?.review.verdict) || "open";

/** The record as corrected. */
function current(record) {
  const correction = correctionOf(record);
  if (!correction || correction.review.verdict !== "edited") return record;
  const fields = {};
  for (const key of GOLD) fields[key] = correction[key] ?? null;
  return { ...record, ...fields };
}

/** The records of a document as they stand now, with those that were added, in order of place. */
function recordsOf(doc) {
  const added = [...S.corrections.values()].filter((c) => c.doc_id === doc.doc_id && c.review.verdict === "added")
    .map(({ review, ...fields }) => ({ kind: null, indicator: null, value: null, action: null, period: null, region: null,
      actor: null, repeats: null, confidence: 1, rule: "–", ...fields, id: review.id }));
  const all = [...(doc.records || []).map(current), ...added];
  return all.sort((a, b) => where(a) - where(b) || a.evidence.start - b.evidence.start);
}
const where = (record) => (record.value ? record.value.start : record.evidence.start);

function findRecord(id, doc = S.doc) {
  return doc ? recordsOf(doc).find((r) => r.id === id) || null : null;
}

const nameOf = (x) => (x ? x.name || x.text || "" : "");
function titleOf(record) {
  if (record.indicator) return record.indicator.text || record.indicator.name || "";
  const a = record.action;
  if (a && a.subject && a.subject === a.object) return a.subject + " " + a.verb;
  if (a) return (a.subject ? a.subject + " " : "") + (a.verb || "") + (a.object || "");
  return record.evidence.text;
}

function periodText(period) {
  if (!period) return "";
  if (!period.end_date) return period.text || "";
  if (!period.start_date) return (LANG === "zh" ? "到 " : "by ") + period.end_date;
  const [a, b] = [period.start_date, period.end_date];
  if (a.endsWith("-01-01") && b.endsWith("-12-31"))
    return a.slice(0, 4) === b.slice(0, 4) ? a.slice(0, 4) : `${a.slice(0, 4)}–${b.slice(0, 4)}`;
  return a === b ? a : `${a} – ${b}`;
}

/** Whether a record fits the filters. */
function fits(record, doc) {
  const f = S.filters;
  if (!f.types.has(record.type)) return false;
  if (f.repeats && record.repeats) return false;
  if (f.confidence && record.confidence < f.confidence) return false;
  const verdict = verdictOf(record);
  if (f.status && (f.status === "decided" ? verdict === "open" : f.status !== verdict)) return false;
  if (f.region && !nameOf(record.region).includes(f.region)) return false;
  if (f.indicator && !`${record.indicator?.name || ""}\n${record.indicator?.text || ""}`.includes(f.indicator)) return false;
  if (f.from || f.to) {
    // of a target the deadline counts, of anything else any day of its time
    const days = record.type === "target" ? [record.period?.end_date] : [record.period?.start_date, record.period?.end_date];
    const years = days.filter(Boolean).map((d) => +d.slice(0, 4));
    if (!years.length || (f.from && years[years.length - 1] < +f.from) || (f.to && years[0] > +f.to)) return false;
  }
  return !f.q || haystack(record, doc).includes(f.q.toLowerCase());
}

function haystack(record, doc) {
  const a = record.action || {};
  return [record.evidence.text, record.indicator?.name, record.indicator?.text, record.region?.name, record.actor?.text,
    record.actor?.name, record.speaker?.name, a.verb, a.object, record.period?.text, doc?.title, record.id]
    .filter(Boolean).join("\n").toLowerCase();
}

// --- corrections ------------------------------------------------------------------------------------------------

const GOLD = ["doc_id", "type", "kind", "evidence", "indicator", "value", "action", "period", "region", "actor"];

/** A line of gold: the fields that are compared, and under `review` who decided what. */
function goldLine(record, verdict) {
  const line = {};
  for (const key of GOLD) line[key] = record[key] ?? null;
  for (const key of ["indicator", "value", "action"]) if (line[key] === null) delete line[key];
  line.review = { id: record.id, verdict, whole: S.whole.has(record.doc_id) };
  return line;
}

async function decide(record, verdict, docId = record.doc_id) {
  const at = place(docId, record.id);
  if (verdict === "open") S.corrections.delete(at);
  else S.corrections.set(at, goldLine(record, verdict));
  await keep(verdict === "open" ? [] : [S.corrections.get(at)], verdict === "open" ? [{ doc_id: docId, id: record.id }] : []);
}

/** The document is done: what is still open is accepted, and it counts as gold in full. */
async function decideWhole(doc, whole) {
  if (whole) S.whole.add(doc.doc_id); else S.whole.delete(doc.doc_id);
  const changed = [];
  for (const record of recordsOf(doc)) {
    if (whole && verdictOf(record) === "open") S.corrections.set(place(doc.doc_id, record.id), goldLine(record, "accepted"));
    const line = correctionOf(record);
    if (line) { line.review.whole = whole; changed.push(line); }
  }
  await keep(changed, []);
}

async function keep(changed, removed) {
  if (S.live) {
    const own = (line) => S.docs.some((d) => d.doc_id === line.doc_id && d.pasted); // texts that the server does not keep
    changed = changed.filter((line) => !own(line));
    removed = removed.filter((line) => !own(line));
    if (changed.length || removed.length) await liveSave(changed, removed);
    return;
  }
  try {
    localStorage.setItem(S.key, JSON.stringify({ lines: [...S.corrections.values()], whole: [...S.whole] }));
  } catch { /* kept until the page is closed */ }
}

function goldText() {
  const lines = [...S.corrections.values()].sort((a, b) => (a.doc_id < b.doc_id ? -1 : a.doc_id > b.doc_id ? 1 : 0) ||
    a.evidence.start - b.evidence.start);
  return lines.map((line) => JSON.stringify(line) + "\n").join("");
}
