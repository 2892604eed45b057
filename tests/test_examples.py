"""The notebook of examples/ is run from end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.mark.slow
def test_notebook_from_reports_to_a_chart(tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    for needed in ("ipykernel", "altair", "pandas"):
        pytest.importorskip(needed)
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    notebook = nbformat.read(tmp_path / "examples" / "targets-against-results.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": str(tmp_path / "examples")}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error"]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "image/svg+xml" in kinds
    table = next(o["data"]["text/plain"] for o in outputs if "arithmetic" in str(o.get("data", {}).get("text/plain")))
    assert "met" in table and "behind" in table
