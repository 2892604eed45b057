// The left side: the text of an article with evidence and values marked by type.

function articlePane(doc) {
  const at = S.docs.findIndex((d) => d.doc_id === doc.doc_id);
  const choose = h("select", { id: "doc", "aria-label": t("document"), on: { change: (e) => openDocument(e.target.value) } },
    S.docs.map((d) => h("option", { value: d.doc_id, selected: d.doc_id === doc.doc_id }, flat(docLabel(d)))));
  choose.value = doc.doc_id;
  return h("section", { class: "article", id: "article" },
    h("div", { class: "bar" },
      h("button", { type: "button", title: t("prevDoc"), "aria-label": t("prevDoc"), disabled: at <= 0, on: { click: () => stepDocument(-1) } }, "‹"),
      choose,
      h("button", { type: "button", title: t("nextDoc"), "aria-label": t("nextDoc"), disabled: at < 0 || at >= S.docs.length - 1, on: { click: () => stepDocument(1) } }, "›")),
    h("h1", null, doc.title || doc.doc_id),
    h("p", { class: "meta" }, [doc.published && `${t("published")} ${doc.published}`, doc.region, doc.source && `${t("source")} ${doc.source}`, doc.page && `${t("page")} ${doc.page}`]
      .filter(Boolean).join(" · ")),
    h("div", { class: "legend" }, TYPES.map((type) => h("span", { class: "key " + type }, t(type)))),
    textOf(doc));
}

function docLabel(doc) {
  const fitting = doc.records && doc.text !== undefined ? recordsOf(doc).filter((r) => fits(r, doc)).length : doc.count;
  return `${doc.title || doc.doc_id}${fitting === undefined || fitting === null ? "" : `（${fitting}）`}`;
}

/** The text in pieces: each piece knows the records whose evidence it is, and the one whose value it is. */
function textOf(doc) {
  const records = recordsOf(doc).filter((r) => fits(r, doc) && verdictOf(r) !== "rejected");
  const edges = new Set([0, doc.text.length]);
  const spans = [];
  for (const record of records) {
    for (const [part, span] of [["evidence", record.evidence], ["value", record.value]]) {
      if (!span) continue;
      const [start, end] = [unitOf(doc, span.start), unitOf(doc, span.end)];
      if (!(start < end) || end > doc.text.length) continue;
      spans.push({ record, part, start, end });
      edges.add(start).add(end);
    }
  }
  const cuts = [...edges].sort((a, b) => a - b);
  const index = new Map(cuts.map((cut, i) => [cut, i]));
  const covered = cuts.map(() => ({ evidence: [], value: [] }));
  for (const span of spans)
    for (let i = index.get(span.start); i < index.get(span.end); i++) covered[i][span.part].push(span.record);
  const body = h("div", { class: "text", id: "text", lang: "zh-CN", dir: "ltr" });
  cuts.slice(0, -1).forEach((start, i) => body.append(piece(doc.text.slice(start, cuts[i + 1]), start, covered[i])));
  body.addEventListener("click", (e) => pieceClicked(e, true));
  body.addEventListener("mouseover", (e) => pieceHovered(e, true));
  body.addEventListener("mouseout", (e) => pieceHovered(e, false));
  return body;
}

function piece(text, start, { evidence, value }) {
  const records = [...new Set([...value, ...evidence])];
  if (!records.length) return h("span", { data: { start } }, text);
  const types = [...new Set((value.length ? value : evidence).map((r) => r.type))];
  const done = records.every((r) => verdictOf(r) !== "open") ? " decided" : "";
  return h("mark", { class: `${value.length ? "value " : ""}${types[0]}${types.length > 1 ? " several" : ""}${done}`,
    title: records.slice(0, 4).map((r) => `${t(r.type)}: ${titleOf(r)}`).join("\n"),
    data: { start, ids: records.map((r) => r.id).join(" ") } }, text);
}

function pieceClicked(event) {
  if (!document.getSelection().isCollapsed) return;
  const mark = event.target.closest("mark");
  if (!mark) return;
  const ids = mark.dataset.ids.split(" ");
  const at = ids.indexOf(S.selected);
  select(ids[(at + 1) % ids.length], { scroll: "list" });
}

function pieceHovered(event, on) {
  const mark = event.target.closest("mark");
  if (!mark) return;
  for (const id of mark.dataset.ids.split(" ")) hover(id, on);
}

/** Shows a record on both sides as the one the pointer is on. */
function hover(id, on) {
  for (const element of elementsOf(id)) element.classList.toggle("hover", on);
}

function elementsOf(id) {
  const escaped = CSS.escape(id);
  return document.querySelectorAll(`mark[data-ids~="${escaped}"], [data-record="${escaped}"]`);
}

/** Marks the chosen record on both sides and brings it into sight. */
function showSelected(scroll) {
  for (const element of document.querySelectorAll(".selected")) element.classList.remove("selected");
  if (!S.selected) return;
  for (const element of elementsOf(S.selected)) element.classList.add("selected");
  const mark = document.querySelector(`mark[data-ids~="${CSS.escape(S.selected)}"]`);
  const entry = document.querySelector(`[data-record="${CSS.escape(S.selected)}"]`);
  if (mark && scroll !== "list") bring(mark);
  if (entry && scroll !== "text") bring(entry);
}

/** Scrolls the pane of an element, and nothing else, so that the element is in sight. */
function bring(element) {
  const pane = element.closest(".article, .list");
  if (!pane || pane.offsetParent === null) return;
  const [box, frame] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
  const scrolls = pane.scrollHeight > pane.clientHeight + 1 && getComputedStyle(pane).overflowY !== "visible";
  const [top, bottom] = scrolls ? [frame.top + 60, frame.bottom - 20] : [140, innerHeight - 70];
  if (box.top >= top && box.bottom <= bottom) return;
  const by = box.height > bottom - top || box.top < top ? box.top - top - 20 : box.bottom - bottom + 20;
  (scrolls ? pane : window).scrollBy({ top: by, behavior: "auto" });
}

// --- a selection of text ----------------------------------------------------------------------------------------

/** What is selected in the article, in code points of its text; null if nothing is. */
function selectedSpan() {
  const selection = document.getSelection();
  const body = $("text");
  if (!S.doc || !body || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!body.contains(range.startContainer) || !body.contains(range.endContainer)) return null;
  let start = unitAt(body, range.startContainer, range.startOffset);
  let end = unitAt(body, range.endContainer, range.endOffset);
  while (start < end && /[\s。；，、]/.test(S.doc.text[start])) start++;
  while (end > start && /[\s。；，、]/.test(S.doc.text[end - 1])) end--;
  if (start >= end) return null;
  const span = { start: pointOf(S.doc, start), end: pointOf(S.doc, end) };
  return { text: sliceOf(S.doc, span.start, span.end), ...span };
}

/** The UTF-16 unit of the article at a point of the page: a badge of a control stands for one unit. */
function unitAt(body, node, offset) {
  if (node === body) {
    const child = body.childNodes[offset];
    return child ? +child.dataset.start : S.doc.text.length;
  }
  const part = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("[data-start]");
  if (!part) return 0;
  const range = document.createRange();
  range.setStart(part, 0);
  range.setEnd(node, offset);
  const before = range.cloneContents();
  return +part.dataset.start + before.textContent.length + before.querySelectorAll(".control").length;
}
