"""dvc.yaml hides nothing: every path exists, every parameter too, and a change of code reruns what it changes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
# Code that no stage names: what it holds reaches a stage through parameters and files that are named.
SHARED = {
    "pipeline/__init__.py",
    "pipeline/config.py",
    "pipeline/labels.py",
    "pipeline/records.py",
    "pipeline/tracking.py",
    "pipeline/stages/workspace.py",
}


def learners(stage):
    return STAGES[stage].get("matrix", {}).get("learner", [""])


def paths(stage, *kinds):
    """Paths of a stage's lists, the learner of a matrix filled in; an entry with options is its only key."""
    for kind in kinds:
        for entry in STAGES[stage].get(kind, []):
            path = next(iter(entry)) if isinstance(entry, dict) else entry
            yield from (path.replace("${item.learner}", learner) for learner in learners(stage))


def outputs():
    return [path for stage in STAGES for path in paths(stage, "outs", "metrics", "plots")]


def is_named(path, named):
    return any(path == one or path.startswith(f"{one}/") for one in named)


def module_of(stage):
    return re.search(r"-m (\S+)", STAGES[stage]["cmd"]).group(1)


def file_of(module: str) -> Path | None:
    plain = ROOT / module.replace(".", "/")
    return next((path for path in (plain.with_suffix(".py"), plain / "__init__.py") if path.is_file()), None)


def runtime_imports(node: ast.AST) -> Iterator[str]:
    """Modules that a file imports whenever it is imported: no late imports, none for type checking."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (child.module, *(f"{child.module}.{alias.name}" for alias in child.names))


def reached(module: str, seen: set[str]) -> set[str]:
    """Files of the package that importing a module brings in."""
    path = file_of(module)
    name = path and path.relative_to(ROOT).as_posix()
    if not module.startswith("pipeline") or path is None or name in seen:
        return seen
    seen.add(name)
    for one in runtime_imports(ast.parse(path.read_text(encoding="utf-8"))):
        reached(one, seen)
    return seen


def test_every_dependency_is_in_the_repository_or_made_by_another_stage():
    made = set(outputs())
    missing = [(stage, path) for stage in STAGES for path in paths(stage, "deps") if path not in made]
    assert [(stage, path) for stage, path in missing if not (ROOT / path).exists()] == []


def test_no_two_stages_write_the_same():
    assert len(set(outputs())) == len(outputs())


def test_a_stage_comes_after_what_it_reads():
    """The file reads like the story; the tests that run the stages go through it in this order."""
    made: set[str] = set()
    late = []
    for stage in STAGES:
        late += [(stage, path) for path in paths(stage, "deps") if path in set(outputs()) - made]
        made |= set(paths(stage, "outs", "metrics", "plots"))
    assert late == []


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_its_module_and_says_what_it_does(stage):
    path = file_of(module_of(stage))
    assert path in list((ROOT / "pipeline" / "stages").glob("*.py"))
    assert STAGES[stage]["desc"]
    assert is_named(path.relative_to(ROOT).as_posix(), STAGES[stage]["deps"])


@pytest.mark.parametrize("stage", STAGES)
def test_every_parameter_exists(stage):
    for entry in STAGES[stage].get("params", []):
        ((file, keys),) = entry.items()
        content = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
        for key in keys:
            value = content
            for part in key.split("."):
                assert part in value, f"{file} has no {key}"
                value = value[part]


@pytest.mark.parametrize("stage", STAGES)
def test_code_that_a_stage_runs_is_named_in_it(stage):
    named = tuple(paths(stage, "deps"))
    unnamed = {
        name
        for name in reached(module_of(stage), set()) - SHARED
        if not name.endswith("/__init__.py") and not is_named(name, named)
    }
    assert unnamed == set()


def test_deps_are_sorted_so_that_a_reader_finds_them():
    assert [stage for stage in STAGES if STAGES[stage]["deps"] != sorted(STAGES[stage]["deps"])] == []
