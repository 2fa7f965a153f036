"""A small company, run twice in different surroundings: the same bytes, and no secret anywhere."""

import os
import random
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest
import yaml

from helpers.__main__ import main

from .conftest import contents, differing

# What must come out nowhere: persons, what they wrote, passwords, other variables.
CANARIES = {
    "contact": "Quillon Vantage",
    "mail": "quillon.vantage@canary.example",
    "comment": "the zephyrglass invoice was wrong",
    "password": "hunter2-wobblefish",
    "variable": "marmoset-credential-9",
}
SURROUNDINGS = {"CANARY_OF_ANOTHER": CANARIES["variable"], "PGPASSWORD": CANARIES["password"]}
BASE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
OTHER = {
    **{"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"},
    **{"PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"},
    **{"OPENBLAS_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2", "COLUMNS": "40"},
}


def company(folder: Path, *, shuffled: bool) -> Path:
    """Sixty accounts, contracts in two files, surveys with persons; the rows in some order."""
    dice = random.Random(8)
    accounts, contracts, surveys, tickets = [], [], [], []
    for k in range(60):
        won = date(2024, 1, 1) + timedelta(days=12 * k)
        branch, land = dice.choice(("north", "south")), dice.choice(("Ünye", "Iğdır", "ibiza"))
        accounts.append(f"A{k:02d},{won},Company {k},{branch},{land},{dice.randint(1, 500)}")
        end = won + timedelta(days=500) if k % 8 == 0 else ""
        contracts.append(f"A{k:02d},{won},{end},{100 + 7 * k}.{k % 10}5")
        surveys.append(
            f"A{k:02d},{CANARIES['contact']} {k},nps,{k % 11},2026-08-{k % 28 + 1:02d},"
            f"{CANARIES['comment']} {CANARIES['mail']}"
        )
        for number in range(k % 4):
            day = date(2026, 3, 1) + timedelta(days=3 * k + number)
            tickets.append(f"A{k:02d},T{k}-{number},{day},{day + timedelta(days=number + 1)}")
    parts = (contracts[:30], contracts[30:])
    if shuffled:
        for rows in (accounts, surveys, tickets, *parts):
            random.Random(3).shuffle(rows)
        parts = parts[::-1]
    folder.mkdir(parents=True)

    def write(name: str, head: str, rows: list[str]) -> None:
        (folder / name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")

    write("accounts.csv", "account_id,won_on,name,industry,town,seats", accounts)
    write("surveys.csv", "account_id,contact,kind,score,asked_on,comment", surveys)
    write("tickets.csv", "account_id,ticket_id,opened_at,resolved_at", tickets)
    for number, rows in enumerate(parts):
        write(f"contracts_{number}.csv", "account_id,starts_on,ends_on,mrr", rows)
    study = {
        "study": "acme", "title": "Acme", "business_model": "subscription",
        "default_quarter": "2026Q3", "timezone": "Europe/Istanbul",
        "sources": {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"files": {"b": "contracts_*.csv"}, "query": "SELECT * FROM b",
                          "extracted_on": date(2026, 9, 30)},
            "surveys": {"files": {"s": "surveys.csv"}, "query": "SELECT * FROM s"},
            "tickets": {"files": {"t": "tickets.csv"}, "query": "SELECT * FROM t"},
        },
        "attributes": {"industry": {}, "town": {}, "seats": {"type": "number", "bands": 3}},
        "hypotheses": [{"id": "H1", "statement": "North is better.", "variables": ["industry"]}],
    }  # fmt: skip
    (folder / "study.yml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
    return folder


def one_core() -> None:
    """Leave this process a single core, on which a run has no second processes."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def ran(
    folder: Path, reports: Path, surroundings: dict[str, str], *, cores: Callable | None = None
) -> tuple[Path, str]:
    command = [sys.executable, "-m", "helpers", "run", "--study", str(folder)]
    done = subprocess.run(
        [*command, "--reports", str(reports)], preexec_fn=cores,
        capture_output=True, text=True, check=False, env=os.environ | surroundings | SURROUNDINGS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return reports / "acme" / "2026Q3", done.stdout + done.stderr


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    place = tmp_path_factory.mktemp("base")
    return ran(company(place / "acme", shuffled=False), place / "reports", BASE, cores=one_core)


def texts(report: Path) -> dict[str, str]:
    """Everything in a report that somebody could read, unpacked."""
    found = {}
    for path in sorted(report.rglob("*")):
        if path.suffix == ".parquet":
            found[path.name] = pd.read_parquet(path).to_csv()
        elif path.suffix in (".xlsx", ".pptx"):
            with zipfile.ZipFile(path) as packed:
                found |= {
                    f"{path.name}/{name}": packed.read(name).decode("utf-8", "replace")
                    for name in packed.namelist()
                }
        elif path.is_file():
            found[path.name] = path.read_bytes().decode("utf-8", "replace")
    return found


def test_no_person_comment_password_or_variable_comes_out(base):
    report, told = base
    read = texts(report) | {"what the run said": told}
    assert any("Company 7" in text for text in read.values())  # what may be read is found so
    for kind, canary in CANARIES.items():
        assert [name for name, text in read.items() if canary in text] == [], kind


def test_the_same_bytes_wherever_and_in_whatever_order(base, tmp_path):
    """Another time zone, locale, hash seed, number of threads; files and rows in another order.

    All cores, and so second processes, beside one core without them.
    """
    other, _ = ran(company(tmp_path / "acme", shuffled=True), tmp_path / "reports", OTHER)
    assert differing(contents(base[0] / "data"), contents(other / "data")) == []


def test_errors_tell_no_secret_either(tmp_path, minimal, write_study):
    minimal["sources"]["contracts"] = {
        "database": "postgresql://${BEST_CUSTOMERS_USER}:${BEST_CUSTOMERS_PASSWORD}@127.0.0.1:1/x",
        "query": "SELECT account_id, starts_on, mrr FROM contracts",
    }
    folder = write_study(minimal)
    (folder / "accounts.csv").write_text(
        f"account_id,won_on,contact\nA1,someday,{CANARIES['contact']}\n", encoding="utf-8"
    )
    secret = {"BEST_CUSTOMERS_USER": "reader", "BEST_CUSTOMERS_PASSWORD": CANARIES["password"]}
    for command in ("check", "run"):
        done = subprocess.run(
            [sys.executable, "-m", "helpers", command, "--study", str(folder),
             *(["--reports", str(tmp_path / "reports")] if command == "run" else [])],
            capture_output=True, text=True, check=False, env=os.environ | secret | SURROUNDINGS,
        )  # fmt: skip
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        for kind, canary in CANARIES.items():
            assert canary not in done.stdout + done.stderr, kind


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A server that wants passwords in clear; gives its port, and all that it is ever sent."""
    heard: list[bytes] = []

    def answer(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(5)
            while said := client.recv(4096):
                heard.append(said)
                wants_encryption = said[4:8] == b"\x04\xd2\x16\x2f"
                client.sendall(b"N" if wants_encryption else b"R\0\0\0\x08\0\0\0\x03")

    def serve(door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                Thread(target=answer, args=(door.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=serve, args=(door,), daemon=True).start()
        yield door.getsockname()[1], heard


@pytest.mark.parametrize("mode", ["", "?sslmode=require", "?sslmode=disable", "?sslmode=prefer"])
def test_what_is_sent_to_a_host_tells_no_secret(tmp_path, minimal, write_study, monkeypatch, mode):
    monkeypatch.setenv("BEST_CUSTOMERS_PASSWORD", CANARIES["password"])
    monkeypatch.setenv("CANARY_OF_ANOTHER", CANARIES["variable"])
    with listening() as (port, heard):
        minimal["sources"]["contracts"] = {
            "database": f"postgresql://reader:${{BEST_CUSTOMERS_PASSWORD}}@127.0.0.1:{port}/x{mode}",
            "query": "SELECT account_id, starts_on, mrr FROM contracts",
        }
        folder = write_study(minimal)
        (folder / "accounts.csv").write_text(
            f"account_id,won_on,contact,comment\nA1,2024-01-01,{CANARIES['contact']},"
            f"{CANARIES['comment']}\n",
            encoding="utf-8",
        )
        assert main(["check", "--study", str(folder)]) == 2
    assert heard  # it was asked
    for kind, canary in CANARIES.items():
        assert canary.encode() not in b"".join(heard), kind
