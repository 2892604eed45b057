// Begins, draws, and goes from place to place. The address holds the view, the article and the record.

async function begin() {
  const language = remembered("language");
  if (language) LANG = language;
  document.documentElement.lang = LANG === "zh" ? "zh-CN" : "en";
  try {
    await ($("payload") ? fromPage() : fromServer());
  } catch (error) {
    fill($("main"), h("p", { class: "empty" }, `${t("failed")}: ${error.message}`));
    throw error;
  }
  S.doc = S.docs[0] || null;
  drawHead();
  await readAddress();
  addEventListener("keydown", keyPressed);
  addEventListener("hashchange", readAddress);
  document.addEventListener("selectionchange", selectionChanged);
  addEventListener("resize", selectionChanged);
  addEventListener("scroll", () => { if ($("add")) selectionChanged(); }, true);
  document.body.dataset.ready = "yes";
}

function remembered(key, value) {
  try {
    if (value !== undefined) localStorage.setItem("extractor-" + key, value);
    return localStorage.getItem("extractor-" + key);
  } catch { return null; }
}

async function readAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (S.written === location.hash) return;
  const view = wanted.get("view");
  if (["overview", "review", "records"].includes(view)) S.view = view;
  const doc = wanted.get("doc");
  if (doc && S.docs.some((d) => d.doc_id === doc)) S.doc = S.docs.find((d) => d.doc_id === doc);
  S.selected = wanted.get("record");
  await draw_();
}

function writeAddress() {
  const made = new URLSearchParams({ view: S.view });
  if (S.view === "review" && S.doc) made.set("doc", S.doc.doc_id);
  if (S.view === "review" && S.selected) made.set("record", S.selected);
  S.written = "#" + made;
  history.replaceState(null, "", S.written);
}

async function draw_() {
  drawHead();
  drawFilters();
  await ready();
  drawMain();
  showSelected();
}

/** Fetches what the view needs. */
async function ready() {
  if (S.view === "review" && S.doc && S.doc.text === undefined) {
    fill($("main"), h("p", { class: "empty" }, t("loading")));
    try { await loadDocument(S.doc); } catch (error) { toast(`${t("failed")}: ${error.message}`, true); }
  }
}

function drawMain() {
  clearTimeout(filterTimer); // what it waits for is drawn now; later it would take a form away from under the fingers
  const main = $("main");
  const kept = [".article", ".list"].map((pane) => main.querySelector(pane)?.scrollTop || 0);
  const same = main.dataset.doc === (S.doc ? S.doc.doc_id : "") && main.dataset.view === S.view;
  hideAdd();
  $("vg-tooltip-element")?.remove();
  main.className = S.view;
  main.dataset.view = S.view;
  main.dataset.doc = S.doc ? S.doc.doc_id : "";
  if (S.view === "overview") fill(main, overviewView());
  else if (S.view === "records") {
    if (S.live) liveRecords().catch((error) => toast(`${t("failed")}: ${error.message}`, true));
    else fill(main, recordsView());
  } else if (!S.doc || S.doc.text === undefined) fill(main, h("p", { class: "empty" }, t("noDocs")));
  else {
    const list = listPane(S.doc);
    if (S.editing) list.querySelector(".bar").after(editor());
    main.classList.add("side-" + S.side);
    fill(main, articlePane(S.doc), list, h("div", { class: "sides", role: "group" }, [["text", "article"], ["list", "list"]].map(([side, key]) =>
      h("button", { type: "button", id: "side-" + side, "aria-pressed": S.side === side ? "true" : "false", on: { click: () => turn(side) } }, t(key)))));
    if (same) [".article", ".list"].forEach((pane, i) => { main.querySelector(pane).scrollTop = kept[i]; });
    showSelectedMarks();
  }
  writeAddress();
}

function showSelectedMarks() {
  if (S.selected) for (const element of elementsOf(S.selected)) element.classList.add("selected");
}

/** On a narrow screen: the text or the records. */
function turn(side) {
  S.side = side;
  $("main").classList.toggle("side-text", side === "text");
  $("main").classList.toggle("side-list", side === "list");
  for (const each of ["text", "list"]) $("side-" + each).setAttribute("aria-pressed", each === side ? "true" : "false");
  scrollTo(0, 0);
  showSelected();
}

async function go(view) {
  S.view = view;
  S.limit = 150;
  await draw_();
  scrollTo(0, 0);
}

/** Chooses a record and shows it on both sides; on a narrow screen the side that was asked for comes up. */
function select(id, { scroll } = {}) {
  S.selected = id;
  if (scroll && innerWidth <= 860) turn(scroll === "text" ? "text" : "list");
  showSelected(scroll);
  writeAddress();
}

async function openDocument(docId, record = null) {
  const doc = S.docs.find((d) => d.doc_id === docId);
  if (!doc) { // in another file of this report, or beyond the list of the server
    if (!S.live) { toast(t("noDocs"), true); return; }
    S.docs.push({ doc_id: docId });
  }
  S.doc = doc || S.docs[S.docs.length - 1];
  S.editing = null;
  S.selected = record;
  S.view = "review";
  await draw_();
  if (!record) scrollTo(0, 0);
}

function stepDocument(by) {
  const at = S.docs.indexOf(S.doc) + by;
  if (S.docs[at]) openDocument(S.docs[at].doc_id);
}

function switchLanguage() {
  LANG = LANG === "zh" ? "en" : "zh";
  remembered("language", LANG);
  document.documentElement.lang = LANG === "zh" ? "zh-CN" : "en";
  draw_();
}

begin();
