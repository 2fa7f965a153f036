"""Studies at the limits: through the run or refused on loading, and how large what comes out is.

* accounts: many customers with forty attributes, contracts and tickets;
* columns: 5,000 customers with 500 attributes;
* hypotheses: 200 of them;
* levels: one attribute of 2,000.

Each is run as a user would, with a generated company that does have better groups. A study that is
refused must say the figure that would fit; it is then run again at that figure. Printed: seconds,
peak memory of all processes, sizes of slides and document. The exit code is 1 where a run failed
otherwise, or slides are above 2 MB or a document above 10 MB.

    python bench/load.py [NAME …] [--accounts N] [--permutations N] [--folder F]

What takes longest is the search: about 10 ns × customers × pairs of attributes × permutations on
one core. Sizes do not depend on permutations; with 99 a million accounts take minutes.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
import yaml

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH / "scale")]

from generate import PICK  # noqa: E402
from timing import Failed, timed  # noqa: E402

SLIDES, DOCUMENT = 2.0, 10.0  # MB
QUARTER = "2026Q3"
TABLES = {
    # A fifth of the attributes are numbers; level 0 of the first pays twice as much.
    "accounts": """
        SELECT printf('a%07d', i) AS account_id, printf('Company %d', i) AS name,
               DATE '2021-01-01' + pick(i, 1, 1900) AS won_on,
               CASE WHEN pick(i, 2, 9) = 0 THEN DATE '2026-07-01' + pick(i, 3, 90) END AS churned_on
               {columns}
        FROM range({accounts}) AS r(i)""",
    "contracts": """
        SELECT printf('a%07d', i) AS account_id, DATE '2021-01-01' + pick(i, 1, 1900) AS starts_on,
               CASE WHEN pick(i, 2, 9) = 0 THEN DATE '2026-07-01' + pick(i, 3, 90) END AS ends_on,
               round((CASE WHEN pick(i, 100, {first}) = 0 THEN 2 ELSE 1 END)
                     * exp(5 + 0.8 * (pick(i, 5, 1000) + pick(i, 6, 1000) + pick(i, 7, 1000)
                                      - 1500) / 500), 2) AS mrr
        FROM range({accounts}) AS r(i)""",
    "tickets": """
        SELECT i AS ticket_id, printf('a%07d', pick(i, 11, {accounts})) AS account_id, opened_at,
               opened_at + to_seconds(60 + pick(i, 12, 90000)) AS first_replied_at,
               opened_at + to_seconds(90060 + pick(i, 14, 400000)) AS resolved_at,
               1 + pick(i, 15, 6) AS agent_touches, printf('reason %d', pick(i, 17, 9)) AS reason,
               CASE WHEN pick(i, 19, 3) = 0 THEN 1 + pick(i, 20, 5) END AS csat
        FROM (SELECT i, TIMESTAMP '2026-01-01' + to_seconds(pick(i, 10, 270 * 86400)) AS opened_at
              FROM range({accounts}) AS r(i))""",
}


def company(
    folder: Path,
    accounts: int,
    *,
    columns: int = 5,
    levels: int = 4,
    hypotheses: int = 0,
    permutations: int = 1000,
    memory: str = "6GB",
) -> Path:
    """Write a company's files and its study file into a folder.

    Parameters
    ----------
    columns : attributes of an account; every fifth is a number.
    levels : of each of the others (the first has so many, the next one more, up to four more).
    """
    folder.mkdir(parents=True, exist_ok=True)
    cells, attributes = [], {}
    for k in range(columns):
        kinds = levels + k % 5 if levels < 100 or k == 0 else 4
        attributes[f"c{k}"] = {"type": "number", "bands": 4} if k % 5 == 4 else {}
        cells.append(
            f"pick(i, {100 + k}, 1000) AS c{k}" if k % 5 == 4
            else f"printf('v%d', pick(i, {100 + k}, {kinds})) AS c{k}"
        )  # fmt: skip
    words = {"accounts": accounts, "first": levels, "columns": "".join(f", {c}" for c in cells)}
    with duckdb.connect() as con:
        con.execute(PICK)
        for name, query in TABLES.items():
            path = folder / f"{name}.parquet"
            con.execute(f"COPY ({query.format(**words)}) TO '{path}' (FORMAT parquet)")
    study = {
        "study": "load", "title": "A company at the limits", "business_model": "subscription",
        "default_quarter": QUARTER, "attributes": attributes,
        "sources": {
            name: {"files": {"raw": f"{name}.parquet"}, "query": "SELECT * FROM raw"}
            for name in TABLES
        },
        "limits": {"memory": memory},
        "scope": {"max_hypotheses": max(hypotheses, 20), "permutations": permutations},
        "hypotheses": [
            {"id": f"H{k:03d}", "statement": f"Value {k % 4} of {k // 4 % columns} is better.",
             "variables": [f"c{k // 4 % columns}"], "where": f"c{k // 4 % columns} = 'v{k % 4}'"}
            for k in range(hypotheses * 2) if k // 4 % columns % 5 != 4
        ][:hypotheses],
    }  # fmt: skip
    save(folder, study)
    return folder


def save(folder: Path, study: dict) -> None:
    """Write a study file."""
    (folder / "study.yml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")


def fitted(folder: Path, told: str) -> str | None:
    """Change a study to what a refusal says would fit; None where it says nothing of the kind."""
    study = yaml.safe_load((folder / "study.yml").read_text(encoding="utf-8"))
    if found := re.search(r"all but about ([\d,]+) attributes|at most ([\d,]+) attributes", told):
        most = int((found[1] or found[2]).replace(",", ""))
        for name in list(study["attributes"])[most:]:
            study["attributes"][name] |= {"search": False}
        save(folder, study)
        return f"{most} attributes searched"
    if found := re.search(r"scope\.max_conditions: (\d)", told):
        study["scope"]["max_conditions"] = int(found[1])
        save(folder, study)
        return found[0]
    return None


def run(folder: Path) -> tuple[dict, str]:
    """Run a study; what it measured and, where it was refused, what was said."""
    report = folder / "reports" / "load" / QUARTER
    command = ["-m", "helpers", "run", "--quiet", "--study", str(folder)]
    try:
        seconds, memory = timed([*command, "--reports", str(folder / "reports")])
    except Failed as failure:
        if failure.code != 2 or "Traceback" in failure.said:
            raise
        return {"seconds": round(failure.seconds, 1)}, failure.said.strip()
    sizes = {
        name: round((report / f"{name}.html").stat().st_size / 1e6, 2)
        for name in ("index", "presentation", "supporting_analysis")
    }
    sizes["pptx"] = round((report / "presentation.pptx").stat().st_size / 1e6, 2)
    return {"seconds": round(seconds, 1), "peak GB": round(memory, 1), **sizes}, ""


def main() -> int:
    """Print a row per study; 1 where one neither ran nor said what would fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="accounts, columns, hypotheses, levels")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--permutations", type=int, default=1000)
    parser.add_argument("--memory", default="6GB", help="limits.memory of the studies")
    parser.add_argument("--folder", type=Path, help="where to keep what is made")
    options = parser.parse_args()
    studies = {
        "accounts": {"accounts": options.accounts, "columns": 40},
        "columns": {"accounts": 5_000, "columns": 500},
        "hypotheses": {"accounts": 5_000, "columns": 80, "hypotheses": 200},
        "levels": {"accounts": 20_000, "levels": 2_000},
    }
    costs = {"permutations": options.permutations, "memory": options.memory}
    lines, wrong = [], []
    with tempfile.TemporaryDirectory(prefix="load-") as scratch:
        place = options.folder or Path(scratch)
        for name in options.names or studies:
            folder = company(place / name, **studies[name], **costs)
            changed, attempts = "", 0
            while True:
                found, told = run(folder)
                lines.append({"study": name, "changed": changed, **found})
                lines[-1]["said"] = " ".join(told.split())[:160]
                print(pd.DataFrame(lines).fillna("").to_string(index=False), flush=True)
                if not told:
                    break
                changed, attempts = fitted(folder, told), attempts + 1
                if changed is None or attempts > 3:
                    wrong.append(f"{name}: {told}")
                    break
            if not told and (
                found["presentation"] > SLIDES or found["supporting_analysis"] > DOCUMENT
            ):
                wrong.append(f"{name}: slides or document are too large")
    print("wrong: " + ("; ".join(wrong) or "nothing"))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
