"""Number formats of native axes, so that an axis stays right when its data are edited."""

from helpers.report.charts.model import Axis
from helpers.words import local, spoken
from helpers.words.numbers import MINUS, NARROW, SYMBOLS

SIZES = ((1e9, ",,,", "bn"), (1e6, ",,", "M"), (1e3, ",", "k"))


def code_of(axis: Axis) -> str:
    """The number format of an axis; "" where it has no ticks.

    >>> from helpers.report.charts.axes import axis
    >>> code_of(axis([0, 0.4], "percent")), code_of(axis([0, 700], "count"))
    ('0\\\\ %', '#,##0')
    >>> code_of(axis([-900, 2500], "signed_axis_money", currency="EUR"))
    '+"€"#,##0,"k";"−""€"#,##0,"k";"€"0'
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
    symbol = SYMBOLS.get(axis.currency, axis.currency + NARROW)
    if axis.log and spoken.english():
        return f'[>=1000000]"{symbol}"0.##,,"M";[>=1000]"{symbol}"0.##,"k";"{symbol}"0.##'
    if not spoken.english():  # PowerPoint scales by thousands only, not by what others count in
        told = local.money("#,##0" + _point(_decimals(axis.step)), axis.currency)
        return f"{'+' if signed else ''}{told};{MINUS}{told};{told}"
    most = max(abs(axis.low), abs(axis.high))
    size, scale, unit = next((s for s in SIZES if most >= s[0]), (1.0, "", ""))
    told = f'"{symbol}"#,##0{_point(_decimals(axis.step / size))}{scale}'
    told += f'"{unit}"' if unit else ""
    return f'{"+" if signed else ""}{told};"{MINUS}"{told};"{symbol}"0'


def _decimals(step: float) -> int:
    return next((n for n in range(3) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 3)


def _point(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals else ""
