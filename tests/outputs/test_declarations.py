"""What a data file may hold is declared once, and nothing else is written."""

import pandas as pd
import pytest

from helpers import outputs
from helpers.errors import StudyError
from helpers.metrics.catalog import METRICS
from helpers.outputs import allowed
from helpers.outputs.column import Column
from helpers.segments import verdicts
from helpers.words.numbers import FORMATS
from helpers.workspace import Workspace

ALERT = {
    "segment_id": "h1",
    "definition": "Won through partners",
    "metric": "nps",
    "compared_with": "other customers",
    "customers": 31,
    "value": 12.5,
    "reference": 40.0,
    "difference": -27.5,
    "difference_low": -40.0,
    "difference_high": -15.0,
    "p_adjusted": 0.004,
    "unit": "points",
    "behind_it": "",
}


@pytest.fixture
def ws(minimal, write_study, tmp_path) -> Workspace:
    return Workspace.open(study=str(write_study(minimal)), reports=str(tmp_path / "reports"))


def alerts(**changes: object) -> pd.DataFrame:
    return outputs.shaped("alerts", [ALERT]).assign(**changes)


class TestSaving:
    def test_a_table_that_keeps_to_its_declaration_is_written_as_it_is(self, ws):
        table = alerts()
        pd.testing.assert_frame_equal(ws.save("alerts", table), table)

    def test_a_file_that_is_not_declared_is_not_written(self, ws):
        with pytest.raises(StudyError, match=r"(?s)`novelty` is not declared.*helpers/outputs"):
            ws.save("novelty", pd.DataFrame({"a": [1]}))
        assert not ws.has("novelty")

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"mystery": 1}, "`mystery` is not declared"),
            ({"customers": "many"}, "`customers` is str .*declared as whole number"),
            ({"customers": 3.5}, "`customers` is float64"),
            ({"customers": True}, "`customers` is bool"),
            ({"value": "high"}, "`value` is str .*declared as number"),
            ({"metric": 7}, "`metric` is int64 .*declared as text"),
            ({"unit": "parsecs"}, "`unit` has values that are not allowed: 'parsecs'"),
            ({"p_adjusted": 1.2}, "`p_adjusted` leaves the bounds of its unit"),
            ({"customers": -1}, "`customers` leaves the bounds of its unit"),
            ({"segment_id": None}, "the key .* is blank in 1 rows"),
        ],
    )
    def test_what_does_not_keep_to_it_is_named_with_where_to_declare_it(self, ws, changes, fault):
        with pytest.raises(StudyError, match=rf"(?s)`alerts` does not keep.*{fault}.*outputs"):
            ws.save("alerts", alerts(**changes))
        assert not ws.has("alerts")

    def test_all_faults_are_named_at_once(self, ws):
        with pytest.raises(StudyError, match=r"(?s)parsecs.*mystery"):
            ws.save("alerts", alerts(mystery=1, unit="parsecs"))

    def test_rows_with_the_same_key_are_refused(self, ws):
        with pytest.raises(StudyError, match="occurs twice in 1 rows: h1 / nps / other customers"):
            ws.save("alerts", pd.concat([alerts(), alerts()]))

    def test_a_missing_value_is_of_every_type(self, ws):
        ws.save("alerts", alerts(value=None, behind_it=None, difference=pd.NA))

    def test_a_column_without_values_takes_the_declared_type(self, ws):
        untyped = pd.DataFrame(columns=list(ALERT), dtype=object)
        saved = ws.save("alerts", untyped)
        assert saved.dtypes.equals(alerts().iloc[:0].dtypes)
        assert ws.save("alerts", alerts(value=None))["value"].dtype == "float64"

    def test_mixed_cells_are_no_text(self, ws):
        two = pd.concat([alerts(), alerts(segment_id="h2")], ignore_index=True)
        with pytest.raises(StudyError, match=r"`metric` is object .*mixed"):
            ws.save("alerts", two.assign(metric=pd.Series(["nps", 3], dtype=object)))

    def test_days_are_days(self, ws):
        accounts = pd.DataFrame({"account_id": ["1"], "won_on": ["2026-01-31"]})
        with pytest.raises(StudyError, match=r"`won_on` is str .*declared as date"):
            ws.save("customer_list", accounts)

    def test_levels_are_held_to_the_values_too(self, ws):
        bands = pd.DataFrame({"account_id": ["1"], "band": pd.Categorical(["splendid"])})
        with pytest.raises(StudyError, match=r"`band` has values .*'splendid'"):
            ws.save("quality_scores", bands)


class TestDeclarations:
    @pytest.mark.parametrize("name", outputs.OUTPUTS)
    def test_a_file_says_what_a_row_is_and_its_key_is_declared(self, name):
        declared = outputs.OUTPUTS[name]
        assert declared.about.endswith(".")
        assert set(declared.key) <= set(declared.columns)
        for entry in declared.columns.values():
            assert entry.meaning
            assert entry.shown_as in {*FORMATS, "by_unit"}

    @pytest.mark.parametrize("name", outputs.OUTPUTS)
    def test_a_column_in_the_unit_of_its_row_has_one(self, name):
        columns = outputs.OUTPUTS[name].columns
        if any(entry.unit == outputs.BY_UNIT for entry in columns.values()):
            assert "unit" in columns

    def test_metric_columns_are_those_of_the_catalog(self, ws):
        for metric in METRICS.values():
            entry = outputs.column(ws.study, "account_metrics", metric.name)
            assert (entry.label, entry.unit) == (metric.label, metric.unit)
        assert outputs.column(ws.study, "account_metrics", "nonsense") is None

    def test_a_unit_that_does_not_exist_cannot_be_declared(self):
        with pytest.raises(StudyError, match=r"(?s)parsecs.*outputs/column"):
            Column("number", "distance", "parsecs")

    def test_rows_are_shaped_in_the_declared_order_and_types(self):
        table = outputs.shaped("alerts", [dict(reversed(ALERT.items()))])
        assert list(table) == list(ALERT)
        assert table["customers"].dtype == "int64"
        assert list(outputs.shaped("movement", [])) == list(outputs.columns("movement"))

    def test_the_verdicts_are_those_that_are_decided(self):
        assert dict(allowed.SEGMENT_VERDICTS) == dict(verdicts.SEGMENT)
        assert dict(allowed.HYPOTHESIS_VERDICTS) == dict(verdicts.HYPOTHESIS)
