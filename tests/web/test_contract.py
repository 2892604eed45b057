"""The server keeps what its OpenAPI description says, whatever it is sent: no 5xx, no undocumented answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("vl_convert")
pytest.importorskip("schemathesis")

pytestmark = pytest.mark.slow

HOOKS = '''
import schemathesis

@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
'''
LEFT_OUT = "positive_data_acceptance"  # a day that no month has and a cursor of nobody's are well-formed, and refused


def test_answers_are_as_described(stored: Path, tmp_path: Path) -> None:
    outputs = shutil.copytree(stored, tmp_path / "outputs")
    server = subprocess.Popen([sys.executable, "-m", "extractor.cli", "serve", outputs, "--port", "0"],
                              stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        url = server.stderr.readline().split()[-1]
        (tmp_path / "hooks.py").write_text(HOOKS)
        done = subprocess.run(
            [Path(sys.executable).with_name("schemathesis"), "run", f"{url}openapi.json", "--checks", "all",
             "--exclude-checks", LEFT_OUT, "--max-examples", "25", "--no-color", "--seed", "1"],
            capture_output=True, text=True, check=False, cwd=tmp_path, timeout=600,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)})
    finally:
        server.kill()
        server.wait()
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"Tested: 1[4-9]", done.stdout), done.stdout[-2000:]
