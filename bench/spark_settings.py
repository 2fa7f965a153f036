"""What Spark's settings for few rows save: the sample with ours and with Spark's own, in turn.

A whole run of the sample on a session in this process (``spark``) and on a cluster of this machine
(``spark://``, a master and a worker, which are started first and not counted until they work).
*Spark's own* are all that `helpers.collect.engines` sets for speed at the values that Spark has
itself, told in a ``spark-defaults.conf`` as a user would. Processor time is of all processes of the
run, with Java's and those of the cluster; data files must be the same to the byte.

    python bench/spark_settings.py [--pairs N] [--engines spark spark://]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH / "scale"), str(BENCH.parent / "tests" / "engines")]

from engines import _differing, _study  # noqa: E402
from spark_machines import HOST, master, worker  # noqa: E402

from helpers.collect.engines.tuning import SETTINGS  # noqa: E402

# Java's own behaviour, whatever we would set: an option that changes nothing.
OWN = {name: usual for name, (usual, _) in SETTINGS.items()}
OWN |= {
    "spark.driver.extraJavaOptions": "-Dours=no",
    "spark.executor.extraJavaOptions": "-Dours=no",
    "spark.ui.enabled": "true",
}
SAMPLE = BENCH.parent / "data" / "raw" / "sample"


class Meter:
    """Processor seconds of processes with all below them, from when it is made; looks while asked.

    A Java machine outlives the kernel that started it, so that nobody waits for it and no total of
    children holds it: each process counts as last seen.
    """

    def __init__(self, *roots: int) -> None:
        self._roots, self._seen = roots, dict[tuple[int, str], float]()
        self.look()
        self._before = sum(self._seen.values())

    @property
    def seconds(self) -> float:
        return (sum(self._seen.values()) - self._before) / os.sysconf("SC_CLK_TCK")

    def look(self) -> None:
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                found[int(path.parent.name)] = fields
        below = set(self._roots)
        for _ in range(20):  # generations
            below |= {pid for pid, fields in found.items() if int(fields[1]) in below}
        for pid in below & found.keys():
            fields = found[pid]
            self._seen[pid, fields[19]] = int(fields[11]) + int(fields[12])


def run(folder: Path, engine: str, *, ours: bool, process: int | None) -> tuple[float, float, Path]:
    """Wall and processor seconds of a run of the sample, and its data files."""
    import yaml

    content = yaml.safe_load((SAMPLE / "study.yml").read_text(encoding="utf-8"))
    patient = {"limits": content.get("limits", {}) | {"wait_seconds": 300}}  # of a busy machine
    study = _study(folder, content | {"engine": engine, "data": str(SAMPLE)} | patient)
    settings = {} if ours else OWN
    lines = "".join(f"{name} {value}\n" for name, value in settings.items())
    (folder / "spark-defaults.conf").write_text(lines, encoding="utf-8")
    command = ["-m", "helpers", "run", "--quiet", "--study", str(study)]
    begun = time.perf_counter()
    log = folder / "log.txt"
    with log.open("w") as told:
        whole = subprocess.Popen(
            [sys.executable, *command, "--reports", str(folder / "reports")],
            env=os.environ | {"SPARK_LOCAL_IP": HOST, "SPARK_CONF_DIR": str(folder)},
            stdout=told, stderr=told,
        )  # fmt: skip
    meter = Meter(whole.pid, *([process] if process else []))
    seconds, ended = 0.0, 0
    while ended < 4:  # looks after the end, while the cluster ends its executors
        ended += whole.poll() is not None
        seconds = seconds or (time.perf_counter() - begun) * bool(ended)
        meter.look()
        time.sleep(0.7)
    if whole.returncode:
        sys.exit(f"the run ended with {whole.returncode}:\n{log.read_text()[-3000:]}")
    (data,) = (folder / "reports").glob("*/*/data")
    return seconds, meter.seconds, data


def main() -> int:
    """Print the pairs and their medians; 1 where data files differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--engines", nargs="+", default=["spark", "spark://"])
    options = parser.parse_args()
    differ = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="settings-")))
        for engine in options.engines:
            address, process = engine, None
            if engine == "spark://":
                machines = place / "machines"
                machines.mkdir()
                chief = stack.enter_context(master(machines))
                hand = stack.enter_context(worker(chief.said, machines))
                address, process = chief.said, hand.process.pid
            ratios: dict[str, list[float]] = {"wall": [], "processor": []}
            for pair in range(options.pairs):
                found = {}
                for ours in (True, False) if pair % 2 else (False, True):
                    folder = place / f"{engine.strip(':/')}-{len(engine)}-{pair}-{ours}"
                    found[ours] = run(folder, address, ours=ours, process=process)
                    wall, used, _ = found[ours]
                    whose = "ours" if ours else "Spark's own"
                    print(f"{engine:9} {whose:12} wall {wall:6.1f} s, processor {used:6.1f} s",
                          flush=True)  # fmt: skip
                for number, name in enumerate(ratios):
                    ratios[name].append(found[True][number] / found[False][number])
                differ += _differing(found[False][2], found[True][2])
            told = ", ".join(f"{name} {statistics.median(v):.2f}" for name, v in ratios.items())
            print(f"{engine:9} ours ÷ Spark's own, median of {options.pairs}: {told}", flush=True)
    print("data files differ: " + (", ".join(sorted(set(differ))) or "none"))
    return int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
