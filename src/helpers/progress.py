"""What a run tells the terminal: what is being done, since when, and for how long past runs did it.

Where somebody looks on, the last line moves: step, question of the notebook, seconds, and about how
many the last published run took. In the log of a schedule each step is one line with its time.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, TextIO
from unicodedata import east_asian_width

from helpers.words import say, translated
from helpers.words import terminal as words

if TYPE_CHECKING:
    from nbformat import NotebookNode

EVERY = 0.5  # seconds between two looks at the clock
LEFT = 32  # characters of a step's name, so that times stand below each other
TERMINAL_WIDTH = (100, 24)  # where a terminal does not say how wide it is


@dataclass
class Progress:
    """Tells the steps of one run.

    Attributes
    ----------
    shown : False = says nothing.
    stream : where to; moving lines are written only where it is a terminal.
    usual : seconds that each step took in the last published run.
    """

    shown: bool = True
    stream: TextIO = field(default_factory=lambda: sys.stdout)
    usual: Mapping[str, float] = field(default_factory=dict)
    _doing: str = ""
    _completed: bool = True

    @property
    def moves(self) -> bool:
        """Whether somebody looks on."""
        return self.shown and self.stream.isatty()

    def say(self, text: str) -> None:
        """A line of its own."""
        if self.shown:
            print(text, file=self.stream, flush=True)

    def doing(self, text: str) -> None:
        """What the step is at: the question that a notebook answers."""
        self._doing = text

    def failed(self) -> None:
        """The step ends without having been completed."""
        self._completed = False

    @contextmanager
    def step(self, key: str, name: str) -> Iterator[None]:
        """One step: its name, and when it has ended how long it took, however it ended.

        Parameters
        ----------
        key : of the step in ``usual``.
        name : as it is told.
        """
        begun, over = time.perf_counter(), threading.Event()
        self._doing = ""
        moving = threading.Thread(target=self._move, args=(key, name, begun, over), daemon=True)
        if self.moves:
            moving.start()
        elif self.shown:
            self._write(f"{padded(name, LEFT)} ")
        self._completed = True
        try:
            yield
        except BaseException:
            self._completed = False
            raise
        finally:
            over.set()
            if moving.is_alive():
                moving.join()
            seconds = f"{time.perf_counter() - begun:6.1f}"
            took = say(words.SECONDS, seconds=seconds) + self._ending()
            if self.moves:
                self._write(f"\r\x1b[K{padded(name, LEFT)} {took}\n")
            elif self.shown:
                self._write(f"{took}\n")

    def _ending(self) -> str:
        return "" if self._completed else say(words.NOT_COMPLETED)

    def _move(self, key: str, name: str, begun: float, over: threading.Event) -> None:
        """Write the moving line until the step is over."""
        while not over.is_set():
            width = get_terminal_size(TERMINAL_WIDTH).columns
            seconds = time.perf_counter() - begun
            line = moving_line(name, self._doing, seconds, self.usual.get(key))
            self._write(f"\r\x1b[K{line[: width - 1]}")
            over.wait(EVERY)

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def moving_line(name: str, doing: str, seconds: float, usual: float | None) -> str:
    """What is being done now.

    >>> moving_line("3/5 data collection", "Who left?", 12.4, 40.2)
    '3/5 data collection                  12 s of about 40 s: Who left?'
    >>> moving_line("pages and slides", "", 3.0, None)
    'pages and slides                      3 s'
    """
    told = f"{padded(name, LEFT)} {say(words.SECONDS, seconds=f'{seconds:6.0f}')}"
    told += say(words.USUALLY, seconds=f"{usual:.0f}") if usual else ""
    return told + (f": {doing}" if doing else "")


def width(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, columns: int) -> str:
    """A text with blanks up to a width."""
    return text + " " * (columns - width(text))


def telling_engine(tell: Callable[[str], None]) -> str:
    """An engine for papermill that says which question a notebook is at; its name.

    The question is the last heading of the second level before the cell that runs.
    """
    from papermill.engines import NBClientEngine, papermill_engines

    class Telling(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            start = nb_man.cell_start

            def cell_start(cell: "NotebookNode", *place: Any, **named: Any) -> Any:
                if cell.cell_type == "markdown" and cell.source.startswith("## "):
                    tell(translated(cell.source).splitlines()[0].removeprefix("## "))
                return start(cell, *place, **named)

            nb_man.cell_start = cell_start
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register("telling", Telling)
    return "telling"
