"""Columns of native tables: no word is broken where there is room, and rows are low."""

from helpers.report import measure
from helpers.report.powerpoint.tables import FAVOURS, PAD_X, SLACK, Table

MARKET = Table(
    ("Segment", "Not won", "Likely too", "Customers", "Won"),
    (("Machinery makers with 200–999 staff", "1,259", "0", "68", "5.1 %"),),
    (False, True, True, True, True),
    size=11.0,
)
ANSWER = Table(
    ("Who", "Customers today", "Companies not won yet · what to watch", "Worth more", "All"),
    tuple(
        (
            name,
            "118, 26 % of ARR",
            "1,676: 15 % of the known market, 20 % of ours. Looks worse, not shown: churn 6.3 %",
            "+€13.6k (€8.3k to €20.5k)",
            "+€1.61M (€0.98M to €2.42M)",
        )
        for name in ("1  Firms on the Kestrel ERP", "2  Machinery makers with 200–999 staff")
    ),
    (False,) * 5,
    size=10.0,
)


def test_headings_of_figures_break_before_a_word_of_a_name_does():
    for text, width in zip(MARKET.columns, MARKET.widths(300.0), strict=True):
        wide = max(measure.width(word, MARKET.size, bold=True) for word in measure.words(text))
        assert width - 2 * PAD_X >= wide
    longest = max(measure.width(word, MARKET.size) for word in measure.words(MARKET.rows[0][0]))
    assert MARKET.widths(300.0)[0] - 2 * PAD_X >= longest


def test_a_figure_is_never_broken():
    for place in range(1, 5):
        need = SLACK * measure.width(MARKET.rows[0][place], MARKET.size)
        assert MARKET.widths(300.0)[place] - 2 * PAD_X >= need


def test_room_goes_to_the_columns_that_make_rows_high():
    for room in (500.0, 640.0, 720.0, 820.0):
        least = min(sum(ANSWER._heights(ANSWER._widths(room, favour))) for favour in FAVOURS)
        assert ANSWER.height(room) == least
        assert abs(sum(ANSWER.widths(room)) - room) < 1e-6
    for room in (420.0, 500.0, 820.0):
        assert ANSWER.height(room) < sum(ANSWER._heights(ANSWER._widths(room, 1.0)))
