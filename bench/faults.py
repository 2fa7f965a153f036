"""What a scheduled run may meet: what is published stays complete, and what is said is in words.

    python bench/faults.py [POINTS]

* SIGKILL and SIGTERM at thirty points of a run of a small company. The run after the last one goes
  on and leaves no temporary folder behind.
* A disk that is full at several points, a full folder of temporary files, a folder that can only
  be read (these need root, who may mount small disks), files that may not grow, little memory, a
  kernel that is killed, a database that goes away in between, a second run, a clock that jumps, a
  terminal that knows ASCII alone.

After each the published report must hold every file of its manifest by its hash, and nothing that
was said may be a traceback or call it a fault of the project. The exit code is 1 otherwise.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "engines"))
from postgres_machine import postgres

STUDY = """study: acme
title: Acme
business_model: subscription
default_quarter: 2026Q3
sources:
  accounts: {files: {crm: accounts.csv}, query: SELECT * FROM crm}
  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}
attributes: {industry: {}}
"""


def company(folder: Path) -> Path:
    """Forty accounts with a contract each."""
    accounts, contracts = ["account_id,won_on,name,industry"], ["account_id,starts_on,mrr"]
    for k in range(40):
        won = date(2024, 1, 1) + timedelta(days=10 * k)
        accounts.append(f"A{k:02d},{won},Company {k},{'north' if k % 2 else 'south'}")
        contracts.append(f"A{k:02d},{won},{100 + 7 * k}")
    folder.mkdir()
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "contracts.csv").write_text("\n".join(contracts) + "\n", encoding="utf-8")
    (folder / "study.yml").write_text(STUDY, encoding="utf-8")
    return folder


def complete(report: Path) -> bool:
    """Whether every data file of a report is there and as its manifest says."""
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    return (
        all(
            hashlib.sha256((report / "data" / name).read_bytes()).hexdigest() == digest
            for name, digest in manifest["data_files"].items()
        )
        and (report / "index.html").exists()
    )


def left(processes: list[int]) -> list[str]:
    """Temporary folders of runs that were ended."""
    names = [path.name for path in Path(tempfile.gettempdir()).glob("best-customers-*")]
    return [name for name in names if {str(p) for p in processes} & set(name.split("-"))]


@dataclass
class Met:
    """A run that met something: its exit code, what it said, and what ought to come of it."""

    code: int
    told: str
    expected: tuple[int, ...]

    def sound(self, report: Path) -> bool:
        """Whether that came of it which ought to, and the last report is complete."""
        wrong = "Traceback" in self.told or "fault of the project" in self.told
        return self.code in self.expected and not wrong and complete(report)


def command(folder: Path, reports: Path) -> list[str]:
    """A run of a study."""
    run = [sys.executable, "-m", "helpers", "run", "--quiet", "--study", str(folder)]
    return [*run, "--reports", str(reports)]


def met(
    arguments: list[str], *, expected: tuple[int, ...] = (2,), before: str = "", **environment: str
) -> Met:
    """Run to the end; ``before`` is Python that runs first, in the same process."""
    if before:
        ours = "import sys; from helpers.__main__ import main; sys.exit(main(sys.argv[1:]))"
        arguments = [arguments[0], "-c", f"{before}\n{ours}", *arguments[3:]]
    done = subprocess.run(arguments, capture_output=True, check=False, env=os.environ | environment)
    return Met(done.returncode, done.stderr.decode("utf-8", "replace").strip(), expected)


@contextmanager
def disk(free: float, folder: Path, *, reading: bool = False, holds: Path | None = None):
    """A disk at a folder with so many MB left beside a copy of what another folder holds."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    try:
        if holds is not None:
            shutil.copytree(holds, folder, dirs_exist_ok=True)
        # Files take whole pages: only the disk itself knows how much of it is used.
        size = shutil.disk_usage(folder).used // 1024 + int(free * 1024)
        options = f"remount,size={size}k" + (",ro" if reading else "")
        subprocess.run(["mount", "-o", options, folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def kernels_of(process: int) -> list[int]:
    """Kernels of a run: forks of the server, which the run has started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    servers = {child for child, parent in parents.items() if parent == process}
    return sorted(child for child, parent in parents.items() if parent in servers)


def on_disks(folder: Path, reports: Path, scratch: Path) -> Iterator[tuple[str, Met, Path]]:
    """Disks that are full, or can only be read."""
    report = Path("acme") / "2026Q3"
    for free in (0.05, 0.3, 1, 2, 3, 5):
        place = scratch / f"disk-{free}"
        with disk(free, place, holds=reports):
            found = met(command(folder, place), expected=(0, 2) if free == 5 else (2,))
            yield f"a disk with {free:g} MB left", found, place / report
            # The sound report is in the copy that the disk holds.
    with disk(0.2, scratch / "temporary") as place:
        # A small workbook is made in memory; a report may well be made without that folder.
        found = met(command(folder, reports), expected=(0, 2), TMPDIR=str(place))
        yield "a full temporary folder", found, reports / report
    with disk(50, scratch / "reading", reading=True, holds=reports) as place:
        yield "a folder to read only", met(command(folder, place)), place / report


def others(
    folder: Path, reports: Path, scratch: Path, whole: float
) -> Iterator[tuple[str, Met, Path]]:
    """What a machine does to a run otherwise."""
    report, run = reports / "acme" / "2026Q3", command(folder, reports)
    for most in (20_000, 300_000):
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most},) * 2)"
        yield f"files up to {most:,} bytes", met(run, before=limit), report
    for gigabytes in (0.7, 1.0, 3.9, 4.1):  # below 4 a run is refused
        most = int(gigabytes * 1e9)
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({most},) * 2)"
        found = met(run, before=limit, expected=(0, 2))
        yield f"{gigabytes:g} GB of addresses", found, report
    for share in (0.3, 0.5, 0.7):
        process = subprocess.Popen(
            run, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        time.sleep(share * whole)
        for kernel in kernels_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)
        told = process.communicate()[1].strip()
        yield f"kernels killed at {share:.0%}", Met(process.returncode, told, (0, 2)), report
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while first.poll() is None and not kernels_of(first.pid):  # until it has the quarter
            time.sleep(0.1)
        yield "a second run", met(run, expected=(75,)), report
        first.wait()
    jumps = (
        "import itertools, time\nreal, calls = time.time, itertools.count()\n"
        "time.time = lambda: real() + (-86400 if next(calls) % 50 > 25 else 86400)"
    )
    yield "a clock that jumps by days", met(run, before=jumps, expected=(0,)), report
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    yield "a terminal of ASCII", met(run, expected=(0,), **ascii_only), report


def away(scratch: Path, whole: float) -> Iterator[tuple[str, Met, Path]]:
    """A database that goes away while a run reads it or works on it."""
    import psycopg

    for role, share in (("source", 0.15), ("source", 0.35), ("engine", 0.35), ("engine", 0.6)):
        with postgres() as socket:
            url = f"postgresql://postgres@/postgres?host={socket}"
            folder = company(scratch / f"{role}-{share}")
            study = (folder / "study.yml").read_text(encoding="utf-8")
            if role == "engine":
                study += f"engine: {url}&schema=scratch\n"
            else:
                with psycopg.connect(url, autocommit=True) as server:
                    server.execute("CREATE TABLE b (account_id text, starts_on date, mrr float)")
                    lines = (folder / "contracts.csv").read_text().splitlines()[1:]
                    for line in lines:
                        server.execute("INSERT INTO b VALUES (%s, %s, %s)", line.split(","))
                study = study.replace(
                    "contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
                    f"contracts: {{database: '{url}', query: SELECT * FROM b ORDER BY 1}}",
                )
            (folder / "study.yml").write_text(study, encoding="utf-8")
            reports = scratch / f"reports-{role}-{share}"
            subprocess.run(command(folder, reports), check=True, capture_output=True)
            process = subprocess.Popen(
                command(folder, reports), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True,
            )  # fmt: skip
            time.sleep(share * whole)
        told = process.communicate()[1].strip()  # the server is no more
        found = Met(process.returncode, told, (0, 2))
        yield f"a database ({role}) gone at {share:.0%}", found, reports / "acme" / "2026Q3"


def ended(folder: Path, reports: Path, points: int, whole: float) -> Iterator[tuple]:
    """SIGKILL and SIGTERM at so many points of a run; then one that cleans up."""
    processes = []
    for point in range(points):
        kind = (signal.SIGKILL, signal.SIGTERM)[point % 2]
        after = whole * (point + 0.5) / points
        process = subprocess.Popen(
            command(folder, reports), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        time.sleep(after)
        process.send_signal(kind)
        told = process.communicate()[1].strip()
        processes.append(process.pid)
        found = Met(process.returncode, told, (-kind, 143, 0))
        yield f"{kind.name} after {after:.1f} s", found, reports / "acme" / "2026Q3"
    found = met(command(folder, reports), expected=(0,))
    remaining = left(processes)
    if remaining:
        found = Met(1, f"left behind: {', '.join(remaining)}", (0,))
    yield "the run after these", found, reports / "acme" / "2026Q3"


def main() -> int:
    """Print a row for each; 1 where a report was not complete or words were missing."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    broken = []
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        scratch = Path(place)
        folder, reports = company(scratch / "acme"), scratch / "reports"
        begun = time.monotonic()
        subprocess.run(command(folder, reports), check=True, capture_output=True)
        whole = time.monotonic() - begun
        print(f"a whole run: {whole:.1f} s\n{'met':34} {'exit':>5} outcome  said", flush=True)
        rows = [ended(folder, reports, points, whole)]
        if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount"):
            rows.append(on_disks(folder, reports, scratch))
        else:
            print("disks of a size need root: left out")
        rows += [others(folder, reports, scratch, whole), away(scratch, whole)]
        for name, found, report in chain.from_iterable(rows):
            sound = found.sound(report)
            if not sound:
                broken.append(f"{name} (exit code {found.code}):\n{found.told[-3000:]}")
            first = " ".join(found.told.split())[:110] or "–"
            verdict = "sound" if sound else "BROKEN"
            print(f"{name:34} {found.code:5} {verdict:8} {first}", flush=True)
    print("\n\n".join(["broken:", *broken]) if broken else "broken: nothing")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
