"""CONTRIBUTING names places that exist, and lint and pre-commit run the same checks."""

import re
import tomllib


def test_every_place_that_is_named_exists(root):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = re.findall(r"`([\w./]+(?:\.py|\.md|\.yaml|/))`", text)
    assert len(places) > 20
    homes = (root, root / "src" / "helpers")
    absent = [place for place in places if not any((home / place).exists() for home in homes)]
    assert set(absent) <= {"preset.yml"}


def test_pre_commit_runs_what_lint_runs(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    hooks = (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    commands = re.findall(r"\$\(BIN\)/(\w+(?: \w+)?)", recipe)
    assert {command.split()[0] for command in commands} == {"ruff", "mypy", "deptry"}
    for command in commands:
        assert f".venv/bin/{command}" in hooks, command


def test_types_are_checked_in_every_module(root):
    """A module that is exempt, or a mistake that is passed over without a reason, is found here."""
    rules = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert rules["files"] == ["src/helpers"]
    assert "overrides" not in rules
    passed_over = [
        line
        for path in (root / "src" / "helpers").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "# type: ignore" in line or "# mypy:" in line
    ]
    assert [line for line in passed_over if not re.search(r"ignore\[[a-z-]+\]  # \w", line)] == []
    assert len(passed_over) < 10
