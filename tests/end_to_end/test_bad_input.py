"""Whatever an analyst can get wrong: one clear message, an exit code, no traceback."""

import pytest

from helpers.__main__ import main


def rewrite(path, old: str, new: str, times: int = -1) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, times), encoding="utf-8")


def quarter_format(folder, study):
    study["default_quarter"] = "2026-Q3"
    return ["2026-Q3", "such as 2026Q3"]


def quarter_before_data(folder, study):
    study["default_quarter"] = "2019Q1"
    return ["2019-03-31", "2024-01-01"]


def missing_file(folder, study):
    (folder / "contracts.csv").unlink()
    return ["contracts.csv", "contracts"]


def missing_column(folder, study):
    study["sources"]["contracts"]["query"] = "SELECT account_id, starts_on FROM billing"
    return ["contracts", "mrr"]


def unknown_key(folder, study):
    study["atributes"] = {}
    return ["unknown key `atributes`", "did you mean `attributes`"]


def wrong_type(folder, study):
    study["seed"] = "often"
    return ["`seed`", "'often'"]


def bad_sql(folder, study):
    study["sources"]["accounts"]["query"] = "SELEC account_id FROM crm"
    return ["accounts", "SELEC"]


def rule_on_absent_column(folder, study):
    rule = {"rule": "where", "sql": "colour = 'blue'"}
    study["customer_list"] = {"exclude": [rule]}
    return ["colour", "customer_list.exclude"]


def too_many_rejected(folder, study):
    rewrite(folder / "contracts.csv", "2024-0", "2024-4", 9)
    return ["contracts", "5", "not a date"]


def empty_customer_list(folder, study):
    study["customer_list"] = {"exclude": [{"rule": "revenue_below", "monthly": 1_000_000}]}
    return ["customer_list.exclude", "revenue_below"]


CASES = (
    quarter_format,
    quarter_before_data,
    missing_file,
    missing_column,
    unknown_key,
    wrong_type,
    bad_sql,
    rule_on_absent_column,
    too_many_rejected,
    empty_customer_list,
)


@pytest.mark.parametrize("spoil", CASES, ids=lambda case: case.__name__)
def test_bad_input_is_answered_in_words(company, write_study, tmp_path, capsys, spoil):
    folder, study = company
    expected = spoil(folder, study)
    write_study(study, folder)
    code = main(["run", "--quiet", "--study", str(folder), "--reports", str(tmp_path / "reports")])
    told = capsys.readouterr().err
    assert code == 2
    for part in expected:
        assert part in told, told
    assert "Traceback" not in told
    assert not (tmp_path / "reports" / "acme" / "2026Q3").exists()


def test_the_small_company_itself_is_fine(company, write_study, tmp_path):
    """Without this, the cases above could fail for a reason of their own."""
    folder, study = company
    write_study(study, folder)
    code = main(["run", "--quiet", "--study", str(folder), "--reports", str(tmp_path / "reports")])
    assert code == 0
