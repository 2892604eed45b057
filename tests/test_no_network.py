"""What SECURITY.md promises: no network, no code from data, nothing from shared temporary folders."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "extractor"
BLOCKED = """
import socket, sys
def refuse(*args, **kwargs):
    raise SystemExit("the network was asked")
socket.socket.connect = socket.socket.connect_ex = socket.socket.bind = refuse
socket.create_connection = socket.getaddrinfo = refuse
ASKED = ("socket.connect", "socket.getaddrinfo", "socket.bind")
sys.addaudithook(lambda event, args: refuse() if event in ASKED else None)
from extractor.cli import run_command
sys.exit(run_command(sys.argv[1:]))
"""


@pytest.mark.parametrize("arguments", [
    ["run", "-q", "--jobs", "1", "tests/fixtures/html", "tests/fixtures/docx", "tests/fixtures/pdf", "-o", "{out}"],
    ["extract", "corpus/articles/qingdao-feature-2022.txt"],
    ["rules", "check"],
], ids=lambda a: a[0])
def test_commands_ask_no_network(arguments: list[str], tmp_path: Path) -> None:
    if arguments[0] == "run":
        for name in ("docx", "pypdf", "trafilatura"):
            pytest.importorskip(name)
    done = subprocess.run([sys.executable, "-c", BLOCKED, *(a.format(out=tmp_path / "out") for a in arguments)],
                          cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def test_the_block_blocks() -> None:
    assert hasattr(socket, "create_connection")
    done = subprocess.run([sys.executable, "-c", BLOCKED.split("from extractor")[0]
                           + "socket.create_connection(('127.0.0.1', 9))"], capture_output=True, text=True, check=False)
    assert "the network was asked" in done.stderr


def test_no_code_is_made_of_data() -> None:
    """No call by which a document or a rule could become code."""
    forbidden = {"eval", "exec", "compile", "__import__"}
    modules = {"pickle", "marshal", "shelve", "dill"}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{path}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = f"{getattr(node.func.value, 'id', '')}.{node.func.attr}"
                assert called not in ("os.system", "os.popen", "yaml.unsafe_load"), f"{path}:{node.lineno}"
                if called == "yaml.load":
                    assert any(k.arg == "Loader" for k in node.keywords), f"{path}:{node.lineno}"
                assert not any(k.arg == "shell" for k in node.keywords), f"{path}:{node.lineno}"
            if isinstance(node, ast.Import | ast.ImportFrom) and not path.name.startswith("cluster"):  # Ray's own pipes
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                assert not modules & {name.split(".")[0] for name in names}, f"{path}:{node.lineno}"


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system [echo]", "a: !!python/name:os.system",
                                  "!include /etc/passwd"])
def test_a_rule_file_cannot_run_code(tmp_path: Path, text: str) -> None:
    from extractor.rulebook import RuleError, load_rulebook

    (tmp_path / "a.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleError):
        load_rulebook(tmp_path)


def test_a_forged_cache_in_the_temporary_folder_is_not_read(tmp_path: Path) -> None:
    """jieba's own tokenizer trusts `jieba.cache` in the temporary folder; ours must not."""
    import marshal

    (tmp_path / "jieba.cache").write_bytes(marshal.dumps(({"集装箱吞吐量": 1}, 1)))
    code = "from extractor.text.tokens import words; print(len(words('全市经济发展')))"
    done = subprocess.run([sys.executable, "-c", code],
                          env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "3", done.stderr
