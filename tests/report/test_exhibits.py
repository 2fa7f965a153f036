import base64
import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.report import exhibits
from helpers.report.charts import svg
from helpers.report.charts.axes import axis
from helpers.report.charts.model import Bar, Chart, Panel, Row, Rows
from helpers.report.describing import described

EVIL = '<script>alert("1")</script>&'


def simple_chart(label="a"):
    return Chart(Rows((Row(label),), (Panel(axis([1.0]), ((Bar(0.0, 1.0, text=label),),)),)))


class TestFinding:
    def test_fills_formats_and_emphasises(self, empty):
        made = exhibits.finding(
            empty,
            "size",
            "**{n:count} customers** bring {sum:money}, {p:.2f}.",
            n=1234,
            sum=5e4,
            p=-0.5,
        )
        assert made.text == "1,234 customers bring €50,000, −0.50."
        assert made.sentence() == "<strong>1,234 customers</strong> bring €50,000, −0.50."
        assert exhibits.load(empty, "size") == made
        assert vars(made)["values"] == {"n": 1234, "sum": 5e4, "p": -0.5}

    def test_values_are_escaped_and_cannot_emphasise(self, empty):
        made = exhibits.finding(empty, "x", "Best: {name}.", name=f"**{EVIL}** {{n}}")
        assert made.text == f"Best: **{EVIL}** {{n}}."
        assert "<script" not in made.html()
        assert "<strong>" not in made.html()

    def test_hyphens_in_words_stay(self, empty):
        assert exhibits.finding(empty, "x", "{name:<9}|", name="low-code").text == "low-code |"

    def test_right_to_left_names_keep_to_themselves(self, empty):
        assert exhibits.finding(empty, "x", "{name}: 5", name="شركة").text == "\u2068شركة\u2069: 5"

    @pytest.mark.parametrize(
        ("template", "values", "match"),
        [
            ("{n} and {m}", {"n": 1}, r"\{m\} has no value"),
            ("{n}", {"n": 1, "m": 2}, "does not use"),
            ("{n}", {"n": None}, r"\{n\} is missing"),
            ("{n:money}", {"n": float("nan")}, "missing"),
            ("{n:,.0f}", {"n": "text"}, "format"),
            ("{}", {"n": 1}, "no value"),
            ("{n.real}", {"n": 1}, "no value"),
            ("{n", {"n": 1}, "cannot be told"),
            ("  ", {}, "no title"),
        ],
    )
    def test_what_cannot_be_told_fails(self, empty, template, values, match):
        with pytest.raises(StudyError, match=match):
            exhibits.finding(empty, "x", template, **values)
        assert exhibits.known(empty) == []

    def test_warnings_are_listed_apart(self, empty):
        exhibits.finding(empty, "a", "One.")
        exhibits.warning(empty, "b", "Two.")
        assert [exhibit.text for exhibit in exhibits.warnings(empty)] == ["Two."]


class TestPicture:
    """A chart that an analyst drew with seaborn."""

    data = pd.DataFrame({"region": ["North", "South"], "nrr": [1.04, 0.97], "customers": [40, 31]})

    def draw(self, data):
        import matplotlib.pyplot as plt
        import seaborn as sns

        _, axes = plt.subplots(figsize=(5, 3))
        sns.barplot(data, x="region", y="nrr", ax=axes)
        plt.close(axes.figure)
        return axes

    def keep(self, ws, data):
        drawn = self.draw(data)
        return exhibits.figure(ws, "own", drawn, data, title="NRR.", source="accounts", n=71)

    def test_stands_in_a_page_as_an_image_that_says_what_it_shows(self, empty):
        made = self.keep(empty, self.data)
        assert exhibits.load(empty, "own") == made
        shown = re.search(r'<img class="picture" alt="([^"]+)" src="([^"]+)">', made.html())
        assert shown[1] == "NRR. 2 rows: region, nrr, customers."
        drawn = base64.b64decode(shown[2].removeprefix("data:image/svg+xml;base64,"))
        assert ElementTree.fromstring(drawn).tag.endswith("svg")

    def test_is_the_same_to_the_byte(self, empty):
        first = self.keep(empty, self.data)
        assert self.keep(empty, self.data).picture == first.picture
        other = self.data.assign(nrr=[1.3, 0.97])
        assert self.keep(empty, other).picture != first.picture

    def test_groups_too_small_are_not_drawn(self, empty):
        small = self.data.assign(customers=[40, 3])
        with pytest.raises(StudyError, match="fewer customers than may be shown"):
            self.keep(empty, small)
        assert exhibits.known(empty) == []


class TestTable:
    def test_shows_columns_in_order_and_counts_the_rest(self, empty):
        data = pd.DataFrame({"name": ["a", "b", "c"], "lift": [1.5, None, -2000.0], "k": [1, 2, 3]})
        made = exhibits.table(
            empty,
            "t",
            data,
            title="T.",
            source="s",
            columns={"lift": "Lift", "name": "Name"},
            formats={"lift": "signed_money"},
            most=2,
        )
        assert made.columns == ("Lift", "Name")
        assert made.numeric == (True, False)
        assert made.rows == (("+€1.50", "a"), ("–", "b"))
        assert "first 2 of 3 rows" in made.html()
        pd.testing.assert_frame_equal(exhibits.data(empty, "t"), data)

    def test_cells_and_headings_are_escaped(self, empty):
        data = pd.DataFrame({EVIL: [EVIL]})
        made = exhibits.table(empty, "t", data, title=EVIL, source=EVIL, note=EVIL)
        assert "<script" not in made.html(EVIL)
        assert made.html(EVIL).count("&lt;script&gt;") >= 6

    def test_unknown_columns_are_named(self, empty):
        with pytest.raises(StudyError, match=r"(?s)found:\s+liftt.*expected:\s+lift"):
            exhibits.table(
                empty,
                "t",
                pd.DataFrame({"lift": [1]}),
                title="T",
                source="s",
                columns={"liftt": "L"},
            )

    def test_values_are_told_in_the_unit_of_their_row(self, empty):
        data = pd.DataFrame({"value": [0.91, 1200.0, 3.5], "unit": ["ratio", "currency", "hours"]})
        made = exhibits.table(
            empty, "t", data, title="T", source="s", formats={"value": "by_unit"}, most=2
        )
        assert [row[0] for row in made.rows] == ["91\xa0%", "€1,200"]
        without_rows = exhibits.table(
            empty, "e", data.head(0), title="T", source="s", formats={"value": "by_unit"}
        )
        assert without_rows.rows == ()
        with pytest.raises(StudyError, match="needs a column `unit`"):
            exhibits.table(
                empty,
                "u",
                data[["value"]],
                title="T",
                source="s",
                formats={"value": "by_unit"},
            )

    def test_what_stands_side_by_side_is_told_as_exactly(self, empty):
        data = pd.DataFrame(
            {
                "unit": ["ratio", "per year", "currency", "hours"],
                "value": [0.0661, 0.112, 7.25, 6.827],
                "rest": [0.14, 0.0565, 1234.5, None],
            }
        )
        kept = exhibits.table(
            empty, "t", data, title="T", source="s", columns=["value", "rest"],
            formats={"value": "by_unit", "rest": "by_unit"},
        )  # fmt: skip
        assert kept.rows == (
            ("6.6\xa0%", "14.0\xa0%"), ("0.112", "0.057"), ("€7", "€1,234"), ("6.83\xa0h", "–"),
        )  # fmt: skip

    def test_an_empty_table_is_a_table(self, empty):
        made = exhibits.table(empty, "t", pd.DataFrame({"a": []}), title="T", source="s")
        assert made.rows == ()

    def test_a_column_without_a_value_is_named_and_not_shown(self, empty):
        data = pd.DataFrame(
            {"group": ["a", "b"], "arr": [None, None], "note": ["", ""], "n": [0, 0]}
        )
        made = exhibits.table(empty, "t", data, title="T", source="s", note="More")
        assert made.columns == ("Group", "N")  # a zero is a value
        assert made.rows == (("a", "0"), ("b", "0"))
        assert made.note == "More. Without a value in any row, and so left out: Arr, Note."
        assert list(exhibits.data(empty, "t")) == list(data)  # whoever asks for the data has all
        one = exhibits.table(empty, "u", data.assign(arr=[1.0, None]), title="T", source="s")
        assert one.columns == ("Group", "Arr", "N") and one.rows[1][1] == "–"


class TestFigure:
    def test_is_kept_with_data_and_shown_with_n(self, empty):
        data = pd.DataFrame({"x": [1]})
        made = exhibits.figure(
            empty, "f", simple_chart(), data, title="T", source="segments", n=12345, note="N."
        )
        assert exhibits.load(empty, "f") == made
        assert made.footer == "Source: segments · n = 12,345 · as of 2026-09-30. N."
        bundle, metadata = made._repr_mimebundle_()
        assert metadata == {"exhibit": "f"}
        assert "<svg" in bundle["text/html"]

    def test_ids_must_be_usable(self, empty):
        with pytest.raises(StudyError, match="cannot be used"):
            exhibits.figure(
                empty, "../f", simple_chart(), pd.DataFrame(), title="T", source="s", n=1
            )

    def test_unknown_ids_name_the_known(self, empty):
        exhibits.finding(empty, "known_one", "Text.")
        with pytest.raises(StudyError, match="known_one"):
            exhibits.load(empty, "absent")


class TestSvg:
    def test_is_the_same_each_time_and_self_contained(self):
        one, two = (
            svg.drawn(simple_chart("x < y"), width=500, name="f", label=EVIL) for _ in range(2)
        )
        assert one == two
        assert "style=" not in one
        assert "<style" not in one
        assert "http" not in one.replace("http://www.w3.org/2000/svg", "")
        ElementTree.fromstring(one)

    def test_ids_of_two_figures_differ(self):
        pages = [svg.both(simple_chart(), name=name, label="l", about="a") for name in "fg"]
        ids = [re.findall(r' id="([^"]+)"', page) for page in pages]
        assert ids == [["f-about", "f-narrow-about"], ["g-about", "g-narrow-about"]]

    def test_text_is_text_in_every_script(self):
        drawn = svg.drawn(simple_chart("東京 $a$ $b$ شركة"), width=500, name="f", label="l")
        assert "東京 $a$ $b$ شركة" in drawn

    def test_says_what_it_shows_to_who_cannot_see_it(self, empty):
        data = pd.DataFrame(
            {"definition": ["A & B", EVIL, "C", "D"], "lift": [5e3, 9e3, None, -40]}
        )
        made = exhibits.figure(empty, "f", simple_chart(), data, title="T", source="segments", n=12)
        wide = ElementTree.fromstring(re.search("<svg.*?</svg>", made.svg, flags=re.S)[0])
        name = "{http://www.w3.org/2000/svg}desc"
        assert wide[0].tag == name
        assert wide[0].attrib["id"] == wide.attrib["aria-describedby"] == "f-about"
        assert wide[0].text == (
            f"4 rows. Lift from −€40 to +€9,000. Largest: {EVIL} +€9,000; A & B +€5,000; D −€40."
        )

    def test_every_kind_of_data_has_a_description(self):
        def told(**columns):
            return described(pd.DataFrame(columns), currency="USD")

        assert told(field=["a"], filled_share=[0.5]) == (
            "1 row. Filled share from 50\xa0% to 50\xa0%. Largest: a 50\xa0%."
        )
        assert told(metric=["nps", "csat"], value=[1.0, 2.0], unit=["points", "%"]) == (
            "2 rows: metric, value, unit."
        )
        assert told(kind=["customer"], comment=["call jane"]) == "1 row: kind."
        assert told(value=["text"]) == "1 row: value."
        assert told(lift=[]) == "0 rows: lift."


def test_a_column_has_one_number_of_decimals_where_its_values_lie_near():
    """One precision per column; zero stays zero, blank stays blank, far ones keep their own."""
    data = pd.DataFrame(
        {
            "share": [0.97, 0.087, 0.0, None],
            "ratio": [1.04, 0.868, 0.969, None],
            "far": [471.0, 0.0574, 1.0, 0.5],
        }
    )
    formats = {"share": "percent", "ratio": "number", "far": "number"}
    share, ratio, far = zip(*exhibits.as_text(data, formats, currency="EUR"), strict=True)
    assert share == ("97.0\xa0%", "8.7\xa0%", "0\xa0%", "–")
    assert ratio == ("1.04", "0.87", "0.97", "–")
    assert far == ("471", "0.0574", "1.00", "0.500")
