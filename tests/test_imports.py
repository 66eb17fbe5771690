"""The house: imports go downhill, rooms are small, importing does nothing, and nothing reads pickles."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import ROOT

PACKAGE = ROOT / "pipeline"
# From the top of the house to its cellar; a room imports from itself and from the rooms below it.
ROOMS = (
    "cli",
    "stages",
    "report",
    "scoring",
    "evaluation",
    "learners",
    "text",
    "corpus",
    "tracking",
    "config",
    "labels",
    "records",
    "",
)
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 350
# MLflow runs it when it loads a model: the one file that does something on import.
SERVED = "pipeline.scoring.pyfunc"
# Modules that may import torch: the transformer's own, but for those that only cut text and find files.
TORCH = tuple(
    f"pipeline.learners.transformer.{name}"
    for name in (
        "article_layer",
        "batches",
        "bert",
        "gradients",
        "learner",
        "loop",
        "network",
        "precision",
        "reading",
        "sentence_heads",
    )
)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [name for name in map(name_of, FILES) if name != SERVED]


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else ""


def imported(path: Path) -> list[tuple[int, str]]:
    """Line and module of every import in a file, also of late ones and those for type checking."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import; write pipeline.…"
            names = [node.module]
            if node.module == "pipeline":  # `from pipeline import text` names a room, `… import ROOT` none
                names = [f"pipeline.{alias.name}" for alias in node.names]
            found += [(node.lineno, name) for name in names]
    return found


def uphill(path: Path) -> list[str]:
    own = ROOMS.index(room_of(name_of(path)))
    return [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for line, module in imported(path)
        if module.split(".")[0] == "pipeline" and ROOMS.index(room_of(module)) < own
    ]


def test_every_file_is_in_a_room():
    known = {*ROOMS, "__init__"}
    assert {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES} <= known


def test_imports_go_downhill():
    assert [fault for path in FILES for fault in uphill(path)] == []


def test_the_downhill_test_sees_an_import_uphill(tmp_path, monkeypatch):
    wrong = tmp_path / "pipeline" / "records.py"
    wrong.parent.mkdir()
    wrong.write_text("from pipeline import ROOT\n\ndef late():\n    from pipeline.text.readers import read\n")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert uphill(wrong) == ["pipeline/records.py:4: pipeline.text.readers"]


def test_no_file_is_two_rooms():
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_every_module_says_what_it_is():
    assert [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def dangers(path: Path) -> Iterator[str]:
    """What would run code that lies in data: pickles, evaluated strings, shells, YAML with objects."""
    source = path.read_text(encoding="utf-8")
    for line, name in imported(path):
        if name.split(".")[0] in ("pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"):
            yield f"{path.name}:{line}: {name}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg in ("shell", "trust_remote_code", "allow_pickle"):
            yield f"{path.name}:{node.value.lineno}: {node.arg}"
        if isinstance(node, ast.Call) and not _loads_safely(node, source):
            name = ast.unparse(node.func)
            if name in ("eval", "exec", "torch.load", "torch.save", "yaml.load", "yaml.unsafe_load", "os.system"):
                yield f"{path.name}:{node.lineno}: {name}"


def _loads_safely(call: ast.Call, source: str) -> bool:
    """Whether a call of ``yaml.load`` names a loader of this file that is a ``SafeLoader``."""
    loaders = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "Loader"]
    return any(re.search(rf"class {loader}\(yaml\.C?SafeLoader\)", source) for loader in loaders)


def test_no_data_is_ever_run():
    assert [danger for path in FILES for danger in dangers(path)] == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    from joblib import load",
        "torch.load(x)",
        "yaml.load(x)",
        "run(x, shell=True)",
    ],
)
def test_a_danger_is_seen(tmp_path, source):
    path = tmp_path / "danger.py"
    path.write_text(source, encoding="utf-8")
    assert len(list(dangers(path))) == 1


def run_alone(code: str, folder: Path) -> str:
    """Output of ``code`` in a fresh interpreter whose working and home folder is ``folder``."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


GUARDED = """
import logging, socket, sys, threading
def refuse(*_): raise AssertionError("a connection was opened")
socket.socket.connect = socket.getaddrinfo = refuse
import importlib
for name in {modules!r}: importlib.import_module(name)
assert not logging.getLogger().handlers, "logging was configured"
assert threading.active_count() == 1, threading.enumerate()
print(sorted(name for name in {heavy!r} if name in sys.modules))
"""


def test_importing_does_nothing(tmp_path):
    """No file, no connection, no log, no thread, no output; and torch only where a network is at work."""
    light = [name for name in MODULES if name not in TORCH]
    assert run_alone(GUARDED.format(modules=light, heavy=["torch", "transformers", "mlflow"]), tmp_path) == "[]\n"
    assert list(tmp_path.iterdir()) == []


def test_the_modules_with_torch_do_nothing_either(tmp_path):
    assert set(TORCH) <= set(MODULES)
    assert run_alone(GUARDED.format(modules=TORCH, heavy=["mlflow"]), tmp_path) == "[]\n"
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_starts_without_what_scoring_needs(tmp_path):
    """`--help` must not wait for seconds."""
    heavy = ["torch", "transformers", "mlflow", "sklearn", "pandas", "scipy", "trafilatura", "pyarrow"]
    assert run_alone(GUARDED.format(modules=["pipeline.cli"], heavy=heavy), tmp_path) == "[]\n"
