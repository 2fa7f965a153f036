"""CONTRIBUTING names places that exist, and lint and pre-commit run the same checks."""

import re


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
