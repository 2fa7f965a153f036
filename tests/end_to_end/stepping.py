"""All five notebooks in this process, as someone steps through them: a run without its kernels."""

import ast
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from nbformat.v4 import new_output

from helpers.report.render import render
from helpers.workspace import STEPS, Workspace, project_root


def step_through(study: Path, reports: Path, quarter: str = "") -> Workspace:
    """Execute every notebook in order and render the report into the draft."""
    places = {"study": str(study), "quarter": quarter, "reports": str(reports), "data": ""}
    ws = Workspace.open(**places)
    ws.clear()
    executed = [_execute(ws, step, places) for step in STEPS]
    (ws.draft / "manifest.json").write_text("{}", encoding="utf-8")
    render(ws, executed)
    return ws


def _execute(ws: Workspace, step: str, places: dict[str, str]) -> Path:
    notebook = nbformat.read(project_root() / "notebooks" / f"{step}.ipynb", 4)
    InteractiveShell.instance()  # without one, `display` prints
    names = dict(places)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", ()):
            continue
        code, where = ast.parse(cell.source), f"{step}, cell {number}"
        last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
        with capture_output(stdout=False, stderr=False) as captured:
            exec(compile(code, where, "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), where, "eval"), names)
                if value is not None:
                    display(value)
        cell.execution_count = number
        cell.outputs = [
            new_output("display_data", data=shown.data, metadata=shown.metadata or {})
            for shown in captured.outputs
        ]
    path = ws.folder("run") / f"{step}.ipynb"
    nbformat.write(notebook, path)
    return path
