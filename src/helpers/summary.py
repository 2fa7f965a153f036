"""What a scheduled run tells: one line for a log, JSON for a bot."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.segments import verdicts


def summary(report: Path) -> dict[str, Any]:
    """The outcome of a published report, from its own files.

    Returns
    -------
    study, quarter, as_of, status (*published*), report, seconds; customers, validated and typical
    segments; claims of earlier reports by their fate; warnings (ids of the cautions on its index),
    method_unnamed (sections that changed without an entry).
    """
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    data = report / "data"
    segments = pd.read_parquet(data / "segments.parquet", columns=["verdict"])["verdict"]
    fates = pd.read_parquet(data / "claims.parquet", columns=["fate"])["fate"]
    return {
        "study": manifest["study"],
        "quarter": manifest["quarter"],
        "as_of": manifest["as_of"],
        "status": "published",
        "report": str(report),
        "seconds": manifest["seconds"]["all"],
        "customers": len(pd.read_parquet(data / "quality_scores.parquet", columns=["account_id"])),
        verdicts.VALIDATED: int(verdicts.is_ranked(segments).sum()),
        verdicts.TYPICAL: int(verdicts.is_typical(segments).sum()),
        "claims": {name: int(count) for name, count in sorted(fates.value_counts().items())},
        "warnings": manifest["warnings"],
        "method_unnamed": manifest["method_change"]["unnamed"],
    }


def one_line(told: dict[str, Any]) -> str:
    """A summary for the log of a scheduled run.

    >>> one_line({"study": "acme", "quarter": "2026Q3", "customers": 412, "validated": 2,
    ...           "typical": 0, "warnings": ["a"], "report": "reports/acme/2026Q3"})
    'acme 2026Q3 published: customers 412, validated 2, typical 0, warnings 1, reports/acme/2026Q3'
    """
    counts = f"customers {told['customers']}, validated {told[verdicts.VALIDATED]}"
    counts += f", typical {told[verdicts.TYPICAL]}, warnings {len(told['warnings'])}"
    return f"{told['study']} {told['quarter']} published: {counts}, {told['report']}"
