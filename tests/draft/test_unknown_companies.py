"""Drafts of companies whose systems changed, or whose files are not written as one expects."""

from helpers.draft import draft

from .queried import rows_of, sum_of

ROWS = 60


def made(tmp_path, **files):
    exports = tmp_path / "exports"
    exports.mkdir()
    for name, lines in files.items():
        (exports / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, found = draft(exports, tmp_path / "study")
    return found


def accounts(cells, head="account_id,customer_since,company_name"):
    return [head, *(cells(k) for k in range(ROWS))]


def known(k):
    return f"ACC-{k:03d},2024-01-{1 + k % 28:02d},Firm {k}"


def test_names_with_line_ends_and_signs_do_not_hide_the_names_of_columns(tmp_path):
    def cells(k):
        name = ('"two\nlines"', "A|B|C|D|E", "a;b;c;d;e;f")[k % 3]
        return f"ACC-{k:03d},2024-01-{1 + k % 28:02d},{name}"

    contracts = ["account_id,start_date,mrr", *(f"ACC-{k:03d},2024-02-01,10" for k in range(ROWS))]
    found = made(tmp_path, accounts=accounts(cells), contracts=contracts)
    assert found.tables["accounts"].files == {"accounts": "accounts.csv"}
    assert "customer_since" in found.tables["accounts"].query


def test_an_end_after_which_the_next_contract_begins_is_the_last_paid_day(tmp_path):
    contracts = ["contract_id,account_id,start_date,end_date,mrr"]
    for k in range(ROWS):
        contracts.append(f"C{k},ACC-{k:03d},2025-03-17,2026-05-{1 + k % 28:02d},10")
        if k < 5:
            contracts.append(f"D{k},ACC-{k:03d},2026-05-{2 + k % 28:02d},,12")
    table = made(tmp_path, accounts=accounts(known), contracts=contracts).tables["contracts"]
    assert 'CAST("end_date" AS DATE) AS ends_on' in table.query
    assert any("begins the day after" in line for line in table.why)


def test_an_end_on_the_day_on_which_the_next_contract_begins_is_not_paid(tmp_path):
    contracts = ["contract_id,account_id,start_date,end_date,mrr"]
    for k in range(ROWS):
        contracts.append(f"C{k},ACC-{k:03d},2025-03-17,2026-05-31,10")
        if k < 5:
            contracts.append(f"D{k},ACC-{k:03d},2026-05-31,,12")
    table = made(tmp_path, accounts=accounts(known), contracts=contracts).tables["contracts"]
    assert 'CAST("end_date" AS DATE) - 1 AS ends_on' in table.query


def test_contracts_that_end_with_a_month_are_paid_on_its_last_day(tmp_path):
    """A day less, and on the last day of a quarter nobody has a contract."""
    contracts = ["contract_id,account_id,start_date,end_date,mrr"]
    contracts += [f"C{k},ACC-{k:03d},2025-03-{2 + k % 20:02d},2026-06-30,10" for k in range(ROWS)]
    table = made(tmp_path, accounts=accounts(known), contracts=contracts).tables["contracts"]
    assert 'CAST("end_date" AS DATE) AS ends_on' in table.query


def test_contracts_of_before_and_after_a_change_of_systems_join(tmp_path):
    def cells(k):
        old = f"OLD{k:04d}" if k < 40 else ""
        return f"0015g{k:05d},{old},2024-01-{1 + k % 28:02d},Firm {k}"

    contracts = ["contract_id,customer,start_date,end_date,mrr"]
    contracts += [f"C{k},OLD{k:04d},2024-02-01,2025-01-31,10" for k in range(40)]
    contracts += [f"D{k},0015g{k:05d},2025-02-01,,12" for k in range(30, ROWS)]
    listing = accounts(cells, "account_id,legacy_id,customer_since,company_name")
    found = made(tmp_path, crm_accounts=listing, contracts=contracts)
    assert sum_of(tmp_path, found, "contracts", "mrr") == 40 * 10 + 30 * 12
    named = rows_of(tmp_path, found, "contracts", "DISTINCT account_id")
    assert named == rows_of(tmp_path, found, "accounts", "account_id")


def test_accounts_that_belong_to_another_one_are_asked_about(tmp_path):
    """Else a group of five is five customers, and nobody was asked."""

    def cells(k):
        return f"{known(k)},{f'ACC-{k - 1:03d}' if k % 5 == 4 else ''}"

    contracts = ["account_id,start_date,mrr", *(f"ACC-{k:03d},2024-02-01,10" for k in range(ROWS))]
    listing = accounts(cells, "account_id,customer_since,company_name,ParentId")
    table = made(tmp_path, accounts=listing, contracts=contracts).tables["accounts"]
    assert any("DECISION: 12 of 60 accounts belong to another one" in w for w in table.why)


def test_so_are_those_that_name_the_other_one_by_a_number_among_words(tmp_path):
    """A column of numbers that says none elsewhere is read as 1003.0, which is no customer."""

    def cells(k):
        return f"{1000 + k},2024-01-{1 + k % 28:02d},Firm {k},{999 + k if k % 5 == 4 else 'none'}"

    contracts = ["account_id,start_date,mrr", *(f"{1000 + k},2024-02-01,10" for k in range(ROWS))]
    listing = accounts(cells, "account_id,customer_since,company_name,parent_account")
    table = made(tmp_path, accounts=listing, contracts=contracts).tables["accounts"]
    assert any("DECISION: 12 of 60 accounts belong to another one" in w for w in table.why)
