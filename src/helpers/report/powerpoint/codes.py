"""Number formats of native axes, so that an axis stays right when its data are edited."""

import math
from typing import NamedTuple

from helpers.report.charts.model import Axis
from helpers.words import local, spoken
from helpers.words.numbers import MINUS, NARROW, SIZES, SYMBOLS


def code_of(axis: Axis) -> str:
    """The number format of an axis; "" where it has no ticks.

    >>> from helpers.report.charts.axes import axis
    >>> code_of(axis([0, 0.4], "percent")), code_of(axis([0, 700], "count"))
    ('0\\\\ %', '#,##0')
    >>> code_of(axis([-900, 2500], "signed_axis_money", currency="EUR"))
    '+"€"#,##0,"k";"−""€"#,##0,"k";"€"0'
    >>> code_of(axis([2e12, 9e12], "axis_money", currency="IDR"))
    '"IDR\\xa0"#,##0,,,,"tn";"−""IDR\\xa0"#,##0,,,,"tn";"IDR\\xa0"0'
    """
    if not axis.ticks:
        return ""
    signed = axis.format.startswith("signed")
    name = axis.format.removeprefix("signed_")
    if name in ("axis_money", "short_money", "money"):
        return _money(axis, signed=signed)
    if name == "percent":
        plain = "0" + _point(_decimals(axis.step * 100))
        return f"{plain}\\ %" if spoken.english() else local.percent(plain)
    plain = "#,##0" + _point(_decimals(axis.step))
    return f"+{plain};{MINUS}{plain};0" if signed else plain


def _money(axis: Axis, *, signed: bool) -> str:
    most = max(abs(axis.low), abs(axis.high))
    plain = _Unit(1.0, *_around(axis.currency))
    large = [unit for unit in _units(axis.currency) if unit.size <= most]
    if axis.log:  # ticks are powers of ten, and a format has room for two conditions
        rest = _told("General" if not large and axis.low < 1 else "#,##0", plain)
        return ";".join([*(f"[>={unit.size:.0f}]{_told('0', unit)}" for unit in large[:2]), rest])
    unit = next((unit for unit in large if unit.holds(axis.step)), plain)
    told = _told("#,##0" + _point(_decimals(axis.step / unit.size)), unit)
    return f'{"+" if signed else ""}{told};"{MINUS}"{told};{_told("0", plain)}'


class _Unit(NamedTuple):
    """What sums are told in, and what stands before and after their numbers."""

    size: float
    before: str
    after: str

    @property
    def thousands(self) -> int:
        """How often a format divides by a thousand, which is all that one can divide by."""
        return round(math.log10(self.size)) // 3

    @property
    def written(self) -> int:
        """Digits that are left then, before which a point is written: 万 is ten thousand."""
        return round(math.log10(self.size)) % 3

    def holds(self, step: float) -> bool:
        """Whether no tick has more digits than those."""
        return not self.written or _decimals(step / 1000**self.thousands) == 0


def _units(currency: str) -> list[_Unit]:
    """The units of large sums, the largest first."""
    if spoken.english():
        return [_Unit(size, _around(currency)[0], name) for size, name in SIZES]
    return [_Unit(*unit) for unit in local.money_units(currency)]


def _around(currency: str) -> tuple[str, str]:
    """What stands before and after an amount."""
    if spoken.english():
        return SYMBOLS.get(currency, currency + NARROW), ""
    before, _, after = local.money("0", currency).partition("0")
    return before, after


def _told(plain: str, unit: _Unit) -> str:
    """The format of an amount: letters in quotes, else US$ would have the seconds of a day."""
    if unit.written:
        plain = f"0\\{'.' if spoken.english() else local.decimal_sign()}{'0' * unit.written}"
    before, after = (f'"{part}"' if part else "" for part in (unit.before, unit.after))
    return before + plain + "," * unit.thousands + after


def digits(value: float) -> str:
    """A number as the condition of a format has it: never with an exponent.

    >>> digits(2.5e9), digits(-1e-4), digits(0.0)
    ('2500000000', '-0.0001', '0')
    """
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _decimals(step: float) -> int:
    return next((n for n in range(3) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 3)


def _point(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals else ""
