"""The three ways to the same packages: pyproject, the locks, environment.yml."""

import importlib.util
import re
import sys
import tomllib

import pytest
import yaml


def lock(root, name: str) -> list[str]:
    text = (root / name).read_text(encoding="utf-8")
    return [line.rstrip(" \\") for line in text.splitlines() if re.match(r"[a-z0-9]", line)]


def names(requirements: list[str]) -> set[str]:
    return {
        re.match(r"[A-Za-z0-9._-]+", text)[0].lower().replace("_", "-") for text in requirements
    }


def test_conda_users_get_the_pins_of_the_lock(root):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert pip[-1] == "-e ."
    assert pip[:-1] == lock(root, "requirements-test.lock")


def test_the_test_lock_holds_the_report_lock(root):
    report, test = (set(lock(root, f)) for f in ("requirements.lock", "requirements-test.lock"))
    pinned = {text.split(";")[0].strip() for text in test}
    assert {text.split(";")[0].strip() for text in report} <= pinned


def test_every_declared_dependency_is_pinned_with_hashes(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["test"]
    assert names(declared) <= names(lock(root, "requirements-test.lock"))
    text = (root / "requirements-test.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_locks_name_no_host(root):
    for name in ("requirements.lock", "requirements-test.lock", "environment.yml"):
        assert "://" not in (root / name).read_text(encoding="utf-8")


def test_owner_s_packages_are_there(root):
    wanted = {"jupyterlab", "papermill", "pandas", "seaborn", "statsmodels", "nbval"}
    assert wanted <= names(lock(root, "requirements-test.lock"))


def test_licences_are_listed_of_every_package_of_the_locks(root):
    """Kept true where this environment is that of the lock; that no package is missing, always."""
    spec = importlib.util.spec_from_file_location("licences", root / "tools" / "licences.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = (root / "docs" / "licences.md").read_text(encoding="utf-8")
    for name in names(lock(root, "requirements-test.lock")):
        assert re.search(rf"(\| {name} \||\b{name}\b)", written), name
    assert "not told" not in written
    if sys.platform != "linux" or tool.differing():
        pytest.skip("this environment is not that of the lock")
    assert written == tool.text(), "docs/licences.md is old: python tools/licences.py"
