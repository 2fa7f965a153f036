"""The command line: ``python -m helpers run``, ``check``, ``draft``, ``sheets``, ``warm``."""

import argparse
import gc
import json
import sys

from helpers.errors import UNDER_WAY, Busy, StudyError
from helpers.faults import (
    Terminated,
    check_addresses,
    clear_left_over,
    end_with_parent,
    fault_behind,
    told_to_end,
)


def parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    top = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the five notebooks of a quarter and publish")
    run.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or the file")
    run.add_argument("--quarter", default="", help="such as 2026Q3; default: the study's own")
    run.add_argument("--reports", default="reports", help="folder to publish under")
    run.add_argument("--data", default="", help="folder of the raw files; default: the study's own")
    run.add_argument("--quiet", action="store_true", help="one line at the end, no progress")
    run.add_argument("--json", action="store_true", help="a summary as JSON, and nothing else")
    run.add_argument("--draft", action="store_true", help=argparse.SUPPRESS)
    run.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    backfill = commands.add_parser("backfill", help="many quarters, side by side and in order")
    backfill.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or file")
    backfill.add_argument("--from", dest="first", required=True, help="such as 2025Q1")
    backfill.add_argument("--to", dest="last", required=True, help="such as 2026Q3")
    backfill.add_argument("--reports", default="reports", help="folder to publish under")
    backfill.add_argument("--data", default="", help="folder of the raw files")
    backfill.add_argument("--workers", type=int, default=0, help="quarters at a time; 0 = by cores")
    backfill.add_argument("--quiet", action="store_true", help="no progress display")
    check = commands.add_parser("check", help="all mistakes of a study, before it runs")
    check.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or file")
    check.add_argument("--quarter", default="", help="such as 2026Q3; default: the study's own")
    check.add_argument("--data", default="", help="folder of the raw files")
    draft = commands.add_parser("draft", help="a study file for a folder of exports")
    draft.add_argument("--exports", required=True, help="folder of exports, which are only read")
    draft.add_argument("--study", default="", help="folder to write study.yml to")
    sheets = commands.add_parser(
        "sheets", help="sheets for people to fill; with --read, back again"
    )
    sheets.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or file")
    sheets.add_argument("--quarter", default="", help="such as 2026Q3; default: the study's own")
    sheets.add_argument("--reports", default="reports", help="folder that the quarter is in")
    sheets.add_argument("--data", default="", help="folder of the raw files")
    sheets.add_argument("--to", default="", help="folder to write to")
    sheets.add_argument("--read", default="", help="folder of filled sheets")
    again = commands.add_parser(
        "publish-check", help="whether published quarters can be made again"
    )
    again.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or file")
    again.add_argument("--quarter", default="", help="one quarter; default: all that are published")
    again.add_argument("--reports", default="reports", help="folder they are published under")
    again.add_argument("--data", default="", help="folder of the raw files")
    declare = commands.add_parser("declare", help="register the hypotheses of a study")
    declare.add_argument("--study", default="data/raw/sample", help="folder of study.yml, or file")
    commands.add_parser("warm", help="precompile what every notebook imports (set-up does this)")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 = done, 1 = a failure of ours, 2 = something for the analyst to mend.

    75 = another process is at it: try again later (EX_TEMPFAIL of BSD's sysexits.h).
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal that knows ASCII alone gets \\u2014
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = parser().parse_args(arguments)
    with told_to_end():
        return _done(given)


def _done(given: argparse.Namespace) -> int:
    try:
        clear_left_over()
        if given.command == "warm":
            from helpers.warm import warm

            warm()
            return 0
        if given.command == "check":
            from helpers.check import check_study

            found = check_study(study=given.study, quarter=given.quarter, data=given.data)
            print(found)
            return 2 if found.problems else 0
        if given.command == "sheets":
            from helpers.sheets.command import sheets

            places = {
                "study": given.study,
                "quarter": given.quarter,
                "reports": given.reports,
                "data": given.data,
            }
            return sheets(**places, to=given.to, read_from=given.read)
        if given.command == "declare":
            print(_declared(given.study))
            return 0
        if given.command == "publish-check":
            from helpers.reproducing import publish_check

            checked = publish_check(
                study=given.study, reports=given.reports, data=given.data, quarter=given.quarter
            )
            print("\n".join(map(str, checked)))
            return 2 if any(one.differs for one in checked) else 0
        if given.command == "backfill":
            return _backfilled(given)
        if given.command == "draft":
            from helpers.draft import draft

            path, guessed = draft(given.exports, given.study)
            print(f"Drafted: {path}")
            for line in path.read_text(encoding="utf-8").splitlines():
                if "DECISION:" in line:
                    print("Please confirm:" + line.partition("DECISION:")[2])
            if guessed.decision:
                print(f"It needs one decision first: {guessed.decision}", file=sys.stderr)
                return 2
            print("Look through its comments, then:  make check STUDY=" + str(path.parent))
            return 0
        check_addresses()
        from helpers.kernels import import_ahead
        from helpers.loading import for_good

        import_ahead()
        # Little of a run's own garbage goes in circles; the libraries are a million objects.
        with for_good():
            from helpers.run import run_quarter

            if given.with_parent:
                end_with_parent()
            report = run_quarter(
                study=given.study,
                quarter=given.quarter,
                reports=given.reports,
                data=given.data,
                progress=not (given.quiet or given.json),
                draft=given.draft,
            )
        if report and (given.quiet or given.json) and not given.draft:
            from helpers.summary import one_line, summary

            told = summary(report)
            print(json.dumps(told, ensure_ascii=False) if given.json else one_line(told))
    except StudyError as error:
        print(f"\n{error}", file=sys.stderr)
        if getattr(given, "json", False):
            print(json.dumps({"status": "failed", "problem": str(error)}, ensure_ascii=False))
        return UNDER_WAY if isinstance(error, Busy) else 2
    except Exception as error:
        fault = fault_behind(error)
        if fault is None:
            raise
        where = getattr(error, "filename", None) or str(error).partition("\n")[0]
        place = f"\n  found:    {where}" if where else ""
        print(f"\n{fault}{place}\nThe published reports are untouched.", file=sys.stderr)
        return 2
    except Terminated:
        print("\nStopped by the system. The published reports are untouched.", file=sys.stderr)
        return 143
    except KeyboardInterrupt:
        print("\nStopped. The published reports are untouched.", file=sys.stderr)
        return 130
    return 0 if report else 1


def _backfilled(given: argparse.Namespace) -> int:
    """Make many quarters, print what became of each; 2 where one of them failed."""
    from helpers.backfill import FAILED, backfill, table
    from helpers.workspace import Workspace

    made = backfill(
        study=given.study,
        first=given.first,
        last=given.last,
        reports=given.reports,
        data=given.data,
        workers=given.workers,
        progress=not given.quiet,
    )
    ws = Workspace.open(
        study=given.study, quarter=given.last, reports=given.reports, data=given.data
    )
    print(table(made, ws).to_string(index=False, na_rep=""))
    failed = [one for one in made if one.state == FAILED]
    for one in failed:
        print(f"\n{one.quarter}:\n{one.problem}", file=sys.stderr)
    return 2 if failed else 0


def _declared(study: str) -> str:
    """Register hypotheses; say which, and where."""
    from pathlib import Path

    from helpers.declared import declare, register_path
    from helpers.study.file import load_study
    from helpers.workspace import project_root

    loaded = load_study(project_root() / Path(study).expanduser())
    new, path = declare(loaded), register_path(loaded)
    if not loaded.hypotheses:
        return "The study file has no hypotheses."
    if not new:
        return f"All {len(loaded.hypotheses)} hypotheses are in the register: {path}"
    lines = [f"  {one.id}  {one.statement}" for one in new]
    return "\n".join(["Registered:", *lines, f"Commit it, before the first report is made: {path}"])


if __name__ == "__main__":
    code = main()
    gc.freeze()  # or Python looks for garbage once more at its end: most of a second, for nothing
    sys.exit(code)
