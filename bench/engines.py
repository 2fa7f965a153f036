"""The sample and millions of raw rows on each engine, against DuckDB: time, memory, equality.

* the sample: a whole run, whose data files must be the same to the byte;
* raw rows of `bench/scale/generate.py`: collected, and counted per account, as the notebooks do it;
  DuckDB reads them from files and from PostgreSQL, the others take them over from files.

Each run is a process of its own. DuckDB's is repeated before each of the others, so that what else
the machine does weighs on both; ``÷ DuckDB`` is a run's time by that of the run just before it.
Memory is the peak of all processes of the run, with Java's; a cluster's own are not counted. It
needs Java and starts what it needs: a PostgreSQL server, a Spark master with a worker, a Connect
server. The exit code is 1 where data files or metrics differ.

    python bench/engines.py [--rows N] [--engines NAME …]
"""

import argparse
import filecmp
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import yaml

BENCH = Path(__file__).resolve().parent
SAMPLE = BENCH.parent / "data" / "raw" / "sample"
sys.path[:0] = [str(BENCH), str(BENCH / "scale"), str(BENCH.parent / "tests" / "engines")]

from generate import generate  # noqa: E402
from postgres_machine import postgres  # noqa: E402
from spark_machines import HOST, connect_server, master, worker  # noqa: E402
from timing import timed  # noqa: E402

ENGINES = ("PostgreSQL as source", "PostgreSQL", "spark", "spark://", "sc://")


def _study(folder: Path, content: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    (folder / "study.yml").write_text(text, encoding="utf-8")
    return folder


# ── what is run ──────────────────────────────────────────────────────────────────────────────────
def sample(folder: Path, engine: str, server: str) -> tuple[tuple[float, float], Path]:
    """A whole run of the sample; what it measured, and the folder of its data files."""
    content = yaml.safe_load((SAMPLE / "study.yml").read_text(encoding="utf-8"))
    study = _study(folder, content | {"engine": engine, "data": str(SAMPLE)})
    found = timed(
        ["-m", "helpers", "run", "--study", str(study), "--reports", str(folder / "reports")],
        SPARK_LOCAL_IP=HOST,
    )
    (data,) = (folder / "reports").glob("*/*/data")
    return found, data


def raw_rows(rows: int, company: Path) -> Callable:
    """Collect and count a generated company of so many raw rows."""

    def run(folder: Path, engine: str, server: str) -> tuple[tuple[float, float], Path]:
        content = yaml.safe_load(generate(company, rows).read_text(encoding="utf-8"))
        if server:
            content["sources"] = {
                name: {"database": server, "query": f"SELECT * FROM {name}"}
                for name in content["sources"]
            }
        study = _study(folder, content | {"engine": engine, "data": str(company)})
        command = [str(BENCH / "scale" / "ours.py"), str(study)]
        return timed(command, SPARK_LOCAL_IP=HOST), folder

    return run


def _load(company: Path, url: str) -> None:
    """Bring a generated company into PostgreSQL."""
    import duckdb
    import psycopg

    types = {"VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "int", "DOUBLE": "float8"}
    with duckdb.connect() as con, psycopg.connect(url, autocommit=True) as server:
        for path in sorted(company.glob("*.parquet")):
            columns = con.execute(f"DESCRIBE FROM '{path}'").fetchall()
            cells = ", ".join(f"{name} {types.get(kind, kind)}" for name, kind, *_ in columns)
            server.execute(f"DROP TABLE IF EXISTS {path.stem}; CREATE TABLE {path.stem} ({cells})")
            csv = path.with_suffix(".csv")
            con.execute(f"COPY (FROM '{path}') TO '{csv}' (HEADER false)")
            copied = f"COPY {path.stem} FROM STDIN (FORMAT csv)"
            with server.cursor() as cursor, csv.open("rb") as file, cursor.copy(copied) as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            csv.unlink()


def _differing(one: Path, other: Path) -> list[str]:
    if (one / "ours.parquet").is_file():
        found = []
        for name in ("ours.parquet", "ours_rows.parquet"):
            ours, theirs = (pd.read_parquet(place / name) for place in (one, other))
            named = [column for column in ("files",) if column in ours]  # where rows come from
            if not ours.drop(columns=named).equals(theirs.drop(columns=named)):
                found.append(name)
        return found
    names = sorted({path.name for data in (one, other) for path in data.iterdir()})
    _, different, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return [*different, *missing]


def main() -> int:
    """Print the table; 1 where results differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000, help="raw rows; 0 = the sample only")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    options = parser.parse_args()
    lines, wrong = [], []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="engines-")))
        socket = stack.enter_context(postgres())
        server = f"postgresql://postgres@/postgres?host={socket}"
        machines = place / "machines"
        machines.mkdir()
        addresses = {
            "PostgreSQL": f"{server}&schema=scratch",
            "spark": "spark",
            "PostgreSQL as source": "duckdb",
        }
        if "spark://" in options.engines:
            chief = stack.enter_context(master(machines))
            stack.enter_context(worker(chief.said, machines))
            addresses["spark://"] = chief.said
        if "sc://" in options.engines:
            addresses["sc://"] = f"sc://{HOST}:{stack.enter_context(connect_server(machines)).said}"
        company = place / "company"
        whats: dict[str, Callable] = {"sample, whole run": sample}
        if options.rows:
            whats[f"{options.rows:,} raw rows"] = raw_rows(options.rows, company)
            generate(company, options.rows)
            _load(company, server)
        for what, run in whats.items():
            for number, engine in enumerate(options.engines):
                if run is sample and engine == "PostgreSQL as source":
                    continue
                folder = place / f"{what[:6]}-{number}"
                base, expected = run(folder / "duckdb", "duckdb", "")
                source = server if engine == "PostgreSQL as source" else ""
                found, given = run(folder / "other", addresses[engine], source)
                wrong += [f"{what}, {engine}: {name}" for name in _differing(expected, given)]
                for name, (seconds, memory), ratio in (
                    ("DuckDB", base, 1.0),
                    (engine, found, found[0] / base[0]),
                ):
                    lines.append(
                        {
                            "what": what, "engine": name, "seconds": round(seconds, 1),
                            "÷ DuckDB": round(ratio, 1), "peak GB": round(memory, 2),
                        }
                    )  # fmt: skip
                print(pd.DataFrame(lines[-2:]).to_string(index=False), flush=True)
    print("\n", pd.DataFrame(lines).to_string(index=False))
    print("results differ: " + ("; ".join(wrong) or "none"))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
