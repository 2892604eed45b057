// The keyboard's ways through.

function helpDialog() {
  const rows = [["j k", "kNext"], ["a", "kAccept"], ["x", "kReject"], ["e", "kEdit"], ["u", "kUndo"], ["s", "kAdd"], ["n p", "kDocs"],
    ["/", "kSearch"], ["1 2 3", "kViews"], ["t", "kTable"], ["?", "kHelp"]];
  const close = dialog(t("keysTitle"), h("dl", { class: "keys" }, rows.map(([keys, key]) => [h("dt", null, keys.split(" ").map((k) => h("kbd", null, k))), h("dd", null, t(key))])),
    h("div", { class: "row" }, h("button", { type: "button", on: { click: () => close() } }, "OK")));
}

const KEYS = {
  j: () => stepRecord(1), k: () => stepRecord(-1), ArrowDown: null, a: () => decideAndStep("accepted"), x: () => decideAndStep("rejected"),
  e: () => editRecord(), u: () => act("open"), s: () => addRecord(), n: () => stepDocument(1), p: () => stepDocument(-1),
  t: () => { S.pane = S.pane === "cards" ? "table" : "cards"; drawMain(); },
};

function keyPressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("layer").firstChild) return;
  const field = event.target.closest("input, textarea, select, [contenteditable]");
  if (field) { if (event.key === "Escape") field.blur(); return; }
  const call = { "/": () => { if (S.view === "overview") go("review"); $("q").focus(); }, "?": helpDialog,
    1: () => go("overview"), 2: () => go("review"), 3: () => go("records"), ...(S.view === "review" ? KEYS : {}) }[event.key];
  if (!call) return;
  event.preventDefault();
  call();
}

function listed() {
  return S.doc ? recordsOf(S.doc).filter((r) => fits(r, S.doc)) : [];
}

function stepRecord(by) {
  const records = listed();
  if (!records.length) return;
  const at = records.findIndex((r) => r.id === S.selected);
  select(records[at < 0 ? (by > 0 ? 0 : records.length - 1) : Math.max(0, Math.min(records.length - 1, at + by))].id, {});
}

/** Decides on the chosen record and goes on to the next. */
async function decideAndStep(verdict) {
  const before = listed();
  const at = before.findIndex((r) => r.id === S.selected);
  if (at < 0) { stepRecord(1); return; }
  await act(verdict);
  const next = before[at + 1];
  if (next) select(next.id, {});
}
