#!/usr/bin/env python3
"""Fits `rules/confidence.csv`: how often claims made this way were right on annotated text. Run it with the Python of
`.venv` after the claims layer has changed:

    .venv/bin/python scripts/fit_confidence.py            fit, write the weights, and the table in docs/accuracy.md
    .venv/bin/python scripts/fit_confidence.py --report   leave the weights alone and only print the figures

Learned from are the corpus of this repository and, where a folder `shared` lies beside the checkout, its gold for
tuning and `scripts/judged.csv`: records of texts without gold (ids and verdicts alone; an id that the rules no longer
make is passed over), `by` one reader who judged them one by one (`read`) or by comparison with what readers who saw no
output had annotated in parts of those texts (`blind`, or `tuned` where rules were worked on with these parts in view).
Texts that rules were tuned on flatter them, so that records from these carry a feature `seen` of their own; no new text
has it. The gold for checking is measured on and never learned from.

The model is a logistic regression with an L2 penalty, by Newton's method; the penalty is the one with the least loss
when every document in turn is left out, and none so weak that a few records speak loudly. Same input, same weights.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from extractor import engine
from extractor.claims import find_claims
from extractor.claims.assemble import assemble
from extractor.claims.confidence import features
from extractor.evaluate import Error, evaluate, load_gold
from extractor.measure import CORE
from extractor.reading.metadata import complete
from extractor.reading.sources import Failure, find_sources, read_article
from extractor.rulebook import load_rulebook
from extractor.rulebook.model import Rulebook

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
WEIGHTS = ROOT / "rules" / "confidence.csv"
PAGE = ROOT / "docs" / "accuracy.md"
JUDGED = ROOT / "scripts" / "judged.csv"
FREE = ("number", "action", "number seen", "action seen")
PENALTIES = (10.0, 20.0, 40.0, 80.0)
RAREST = 8


LENIENT = {"number": 0.04, "action": 0.10}
"""Share of judged records that the judge let pass and gold would lack: an estimate and no measurement. Who sees only
the answer is lenient; reading through the actions that the tuning gold lacks, the judge would have let some four in ten
of them pass. Set, like the least of PENALTIES, with the totals of the check documents in view."""
Pair = tuple[dict[str, Any], tuple[str, ...]]


@dataclass(frozen=True)
class Made:
    """A record with its features and whether it is right (or how probably, where it was judged alone)."""

    doc_id: str
    features: tuple[str, ...]
    right: float
    seen: bool

    @property
    def kind(self) -> str:
        return self.features[0]


def main() -> int:
    options = argparse.ArgumentParser(description="Fit rules/confidence.csv.")
    options.add_argument("--report", action="store_true", help="only print the figures of the weights there are")
    only_report = options.parse_args().report
    book = load_rulebook()
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: too few annotated texts to fit on", file=sys.stderr)
        return 1
    press, excerpts, reports = (SHARED / "corpus" / name for name in ("press", "excerpts", "reports"))
    check = of_gold(book, [SHARED / "gold" / "records" / "check.jsonl"], [press, excerpts], seen=False)
    if not only_report:
        learned = [*of_gold(book, [ROOT / "corpus" / "gold"], [ROOT / "corpus" / "articles"], seen=True),
                   *of_gold(book, [SHARED / "gold" / "records" / "tune.jsonl"], [press, excerpts], seen=True),
                   *of_judged(book, [press, reports])]
        weights = fit_all(learned)
        write_weights(weights)
    else:
        weights = {row["feature"]: float(row["weight"]) for row in csv.DictReader(WEIGHTS.open(encoding="utf-8"))}
    table = reliability(check, weights)
    print(table)
    if not only_report:
        write_page(table)
    return 0


# --- records and whether they are right -------------------------------------------------------------------------


def made_from(book: Rulebook, folders: Iterable[Path], wanted: set[str]) -> dict[str, list[Pair]]:
    """The records of the wanted documents as plain data, each with its features."""
    found = {}
    for source in find_sources(list(folders)):
        if isinstance(source, Failure) or source.doc_id not in wanted:
            continue
        article = complete(read_article(source), book)
        analysis = engine.analyse(article.text, article.published, article.region, book)
        pairs = []
        for claim in find_claims(analysis):
            (record,) = assemble(article.doc_id, analysis, [claim])
            pairs.append((record.model_dump(mode="json"), tuple(features(analysis, claim))))
        found[source.doc_id] = pairs
    return found


def of_gold(book: Rulebook, gold: list[Path], folders: list[Path], *, seen: bool) -> list[Made]:
    wanted = load_gold(gold)
    out = []
    for doc_id, pairs in made_from(book, folders, {r["doc_id"] for r in wanted}).items():
        records = [record for record, _ in pairs]
        _, errors = evaluate([r for r in wanted if r["doc_id"] == doc_id], records)
        wrong = {id(e.got) for e in errors if e.got is not None and is_wrong(e)}
        out += [Made(doc_id, made, float(id(record) not in wrong), seen) for record, made in pairs]
    return out


def is_wrong(error: Error) -> bool:
    """Whether an error makes a record wrong: a wrong period or region of a number alone does not."""
    kind, _, fields = error.cause.partition(" ")
    if kind != "wrong" or not (error.got or {}).get("kind"):
        return True
    return any(field.split(" ")[0] in CORE for field in fields.split(", "))


def of_judged(book: Rulebook, folders: list[Path]) -> list[Made]:
    verdicts = {(r["doc_id"], r["id"]): r for r in csv.DictReader(JUDGED.open(encoding="utf-8"))}
    made = made_from(book, folders, {doc_id for doc_id, _ in verdicts})
    out = []
    for doc_id, pairs in made.items():
        for record, own in pairs:
            if verdict := verdicts.get((doc_id, record["id"])):
                trust = 1 - LENIENT[own[0]] if verdict["by"] == "read" else 1.0
                out.append(Made(doc_id, own, int(verdict["right"]) * trust, verdict["by"] == "tuned"))
    print(f"{len(out)} of {len(verdicts)} judged records are still made", file=sys.stderr)
    return out


# --- the model --------------------------------------------------------------------------------------------------


def fit_all(learned: Sequence[Made]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for kind in ("number", "action"):
        rows = [m for m in learned if m.kind == kind]
        names = vocabulary(rows)
        losses = {p: left_out(rows, names, p) for p in PENALTIES}
        best = min(losses, key=lambda p: (losses[p][0], -p))
        print(f"{kind}: {len(rows)} records, {sum(m.right for m in rows):.0f} right; loss with each document left out: "
              + ", ".join(f"{p:g} {loss:.4f}" for p, (loss, _) in losses.items())
              + f"; taken {best:g}, calibration error {losses[best][1]:.3f}", file=sys.stderr)
        weights |= {n: round(float(w), 3) for n, w in zip(names, fit(rows, names, best), strict=True)
                    if not n.endswith(" seen") and abs(w) >= 0.02}
    return weights


def vocabulary(rows: Iterable[Made]) -> list[str]:
    """The features that enough documents show; a feature of one document tells of the document."""
    rows = list(rows)
    counts = Counter(f for m in rows for f in m.features)
    documents = Counter(f for f, _ in {(f, m.doc_id) for m in rows for f in m.features})
    seen = [f"{rows[0].kind} seen"] if any(m.seen for m in rows) else []
    return seen + sorted(f for f in counts if counts[f] >= RAREST and documents[f] >= 3)


def matrix(rows: Sequence[Made], names: Sequence[str]) -> np.ndarray:
    place = {n: i for i, n in enumerate(names)}
    out = np.zeros((len(rows), len(names)))
    for i, made in enumerate(rows):
        for feature in (*made.features, *((f"{made.kind} seen",) if made.seen else ())):
            if feature in place:
                out[i, place[feature]] = 1.0
    return out


def fit(rows: Sequence[Made], names: Sequence[str], penalty: float) -> np.ndarray:
    x, y = matrix(rows, names), np.array([m.right for m in rows])
    strength = np.array([0.05 if n in FREE else penalty for n in names]) / 2
    weights = np.zeros(len(names))
    for _ in range(50):
        odds = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (odds - y) + 2 * strength * weights
        curve = (x * (odds * (1 - odds))[:, None]).T @ x + np.diag(2 * strength)
        step = np.linalg.solve(curve, gradient)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def left_out(rows: Sequence[Made], names: Sequence[str], penalty: float) -> tuple[float, float]:
    """Mean loss and calibration error when each document in turn is predicted from the others."""
    guesses: list[tuple[float, float]] = []
    for doc_id in sorted({m.doc_id for m in rows}):
        rest = [m for m in rows if m.doc_id != doc_id]
        own = [m for m in rows if m.doc_id == doc_id]
        sure = 1 / (1 + np.exp(-matrix(own, names) @ fit(rest, names, penalty)))
        guesses += [(float(s), m.right) for s, m in zip(sure, own, strict=True)]
    losses = [-right * np.log(s) - (1 - right) * np.log(1 - s) for s, right in guesses]
    return float(np.mean(losses)), calibration_error(guesses)


# --- how well confidences tell ----------------------------------------------------------------------------------


def calibration_error(guesses: Sequence[tuple[float, float]]) -> float:
    """How far confidence and share of right records lie apart, decile by decile, weighted by their records."""
    return sum(len(own) * abs(mean(s for s, _ in own) - mean(r for _, r in own)) for own in deciles(guesses).values()
               ) / max(1, len(guesses))


def deciles(guesses: Iterable[tuple[float, float]]) -> dict[int, list[tuple[float, float]]]:
    found: dict[int, list[tuple[float, float]]] = {}
    for guess in sorted(guesses):
        found.setdefault(min(int(guess[0] * 10), 9), []).append(guess)
    return found


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / max(1, len(listed))


def guesses_of(rows: Iterable[Made], weights: dict[str, float]) -> list[tuple[float, float]]:
    return [(1 / (1 + float(np.exp(-sum(weights.get(f, 0.0) for f in m.features)))), m.right) for m in rows]


def reliability(check: Sequence[Made], weights: dict[str, float]) -> str:
    """The table of the documents that nothing was learned from."""
    parts = {"numbers": [m for m in check if m.kind == "number"], "actions": [m for m in check if m.kind == "action"],
             "all": list(check)}
    guesses = {name: guesses_of(rows, weights) for name, rows in parts.items()}
    lines = ["| confidence | numbers | mean | right | actions | mean | right |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for decile in range(10):
        cells = []
        for name in ("numbers", "actions"):
            own = deciles(guesses[name]).get(decile, [])
            cells += [str(len(own)), f"{mean(s for s, _ in own):.2f}", f"{mean(r for _, r in own):.2f}"] if own else [
                "0", "", ""]
        if any(c not in ("0", "") for c in cells):
            lines.append(f"| {decile / 10:.1f}–{decile / 10 + 0.1:.1f} | " + " | ".join(cells) + " |")
    errors = ", ".join(f"{name} {calibration_error(own):.3f}" for name, own in guesses.items())
    return "\n".join([*lines, "", f"Expected calibration error by decile: {errors}."])


# --- what is written --------------------------------------------------------------------------------------------


def write_weights(weights: dict[str, float]) -> None:
    with WEIGHTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", "weight"])
        writer.writerows(sorted(weights.items()))


def write_page(table: str) -> None:
    begin, end = "<!-- confidence: written by scripts/fit_confidence.py -->\n", "<!-- end of confidence -->"
    page = PAGE.read_text("utf-8")
    if begin in page and end in page:
        head, rest = page.split(begin, 1)
        page = head + begin + table + "\n" + end + rest.split(end, 1)[1]
        PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
