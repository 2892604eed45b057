// The live page: documents, records and corrections come from the server's API.

async function api(path, options = {}) {
  const answer = await fetch(path, { headers: options.body && typeof options.body === "string" ? { "content-type": "application/json" } : {}, ...options });
  if (!answer.ok) {
    let why = `${answer.status}`;
    try { why = (await answer.json()).error.message; } catch { /* no JSON */ }
    throw new Error(why);
  }
  return answer.status === 204 ? null : answer.json();
}

/** From the server: the list of documents, the corrections that are saved, and the figures of the overview. */
async function fromServer() {
  S.live = true;
  let cursor = null;
  do {
    const part = await api("documents?limit=500" + (cursor ? "&cursor=" + encodeURIComponent(cursor) : ""));
    S.docs.push(...part.documents.map((d) => ({ ...d, count: d.records, records: undefined })));
    cursor = part.next;
  } while (cursor && S.docs.length < 5000);
  const saved = await api("corrections");
  for (const line of saved.corrections) {
    S.corrections.set(place(line.doc_id, line.review.id), line);
    if (line.review.whole) S.whole.add(line.doc_id);
  }
  S.overview = await api("overview");
}

/** Fetches the text and the records of a document. */
async function loadDocument(doc) {
  if (doc.text !== undefined) return doc;
  const got = await api("documents/" + encodeURIComponent(doc.doc_id).replaceAll("%2F", "/"));
  return prepare(Object.assign(doc, got));
}

async function liveSave(changed, removed) {
  try {
    await api("corrections", { method: "POST", body: JSON.stringify({ corrections: changed, removed }) });
  } catch (error) {
    toast(`${t("failed")}: ${error.message}`, true);
  }
}

async function liveWhy(record) {
  try {
    return (await api(`explain?doc_id=${encodeURIComponent(record.doc_id)}&record=${encodeURIComponent(record.id)}`)).steps;
  } catch { return null; }
}

/** The records that fit the filters, from the server, page by page. */
async function liveRecords() {
  const f = S.filters;
  const query = new URLSearchParams({ limit: "200" });
  if (f.types.size < TYPES.length) for (const type of f.types) query.append("type", type);
  for (const [key, value] of [["region", f.region && `*${f.region}*`], ["indicator", f.indicator && `*${f.indicator}*`], ["q", f.q], ["min_confidence", f.confidence || ""],
    ["since", f.from && `${f.from}-01-01`], ["until", f.to && `${f.to}-12-31`], ["distinct", f.repeats ? "true" : ""]])
    if (value) query.set(key, value);
  const asked = (S.asked = query.toString());
  const found = { records: [], next: null };
  const more = async () => {
    const part = await api("records?" + asked + (found.next ? "&cursor=" + encodeURIComponent(found.next) : ""));
    found.records.push(...part.records);
    found.next = part.next;
  };
  await more();
  if (S.asked !== asked || S.view !== "records") return;
  const draw = () => {
    const records = found.records.map(current).filter((r) => fits(r, null) || f.q);
    S.limit = records.length;
    fill($("main"), h("section", { class: "all" },
      h("div", { class: "bar" }, h("span", { class: "shown", id: "shown" }, `${records.length}${found.next ? "+" : ""} ${t("nRecords")}`)),
      records.length ? tableOf(records, true) : h("p", { class: "empty" }, t("none")),
      found.next ? button("more", async () => { await more(); draw(); }, { class: "more-rows" }) : null));
  };
  draw();
}

// --- one's own text ---------------------------------------------------------------------------------------------

function pasteDialog() {
  const text = h("textarea", { id: "paste-text", rows: 10, placeholder: t("pasteHint") });
  const published = h("input", { id: "paste-published", placeholder: "2022-12-20", size: 12 });
  const region = h("input", { id: "paste-region", placeholder: "青岛市", size: 12 });
  const problem = h("p", { class: "problem", role: "alert" });
  const file = h("input", { id: "paste-file", type: "file", accept: ".txt,.md,.html,.htm,.docx,.pdf", on: { change: () => { if (file.files[0]) send(file.files[0]); } } });
  const go = h("button", { type: "button", id: "paste-go", class: "strong", on: { click: () => send(null) } }, t("extract"));
  const box = h("div", { class: "paste", on: { dragover: (e) => e.preventDefault(), drop: (e) => { e.preventDefault(); if (e.dataTransfer.files[0]) send(e.dataTransfer.files[0]); } } },
    text, h("div", { class: "row" }, h("label", null, t("published"), " ", published), h("label", null, t("region"), " ", region)),
    h("label", { class: "file" }, t("upload"), " ", file, h("small", null, t("uploadHint"))), problem);
  const close = dialog(t("pasteTitle"), box, h("div", { class: "row" }, go, h("button", { type: "button", class: "quiet", on: { click: () => close() } }, t("cancel"))));
  async function send(upload) {
    if (!upload && !text.value.trim()) { text.focus(); return; }
    go.disabled = true;
    fill(problem, t("working"));
    try {
      let got;
      if (upload) {
        const form = new FormData();
        form.append("file", upload);
        if (published.value) form.append("published", published.value);
        if (region.value) form.append("region", region.value);
        got = await api("upload", { method: "POST", body: form });
      } else {
        const body = { text: text.value, published: published.value || null, region: region.value || null };
        got = await api("extract?document=true", { method: "POST", body: JSON.stringify(body) });
      }
      close();
      const doc = prepare({ ...got, title: got.title || t("pasted"), pasted: true, count: got.records.length });
      S.docs = [doc, ...S.docs.filter((d) => d.doc_id !== doc.doc_id)];
      openDocument(doc.doc_id);
    } catch (error) {
      fill(problem, error.message);
      go.disabled = false;
    }
  }
}
