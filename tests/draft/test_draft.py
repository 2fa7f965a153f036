"""`make study`: folders of exports nobody has seen, in several languages and conventions."""

import json
import random
from datetime import date, timedelta

import pytest
import yaml

from helpers.__main__ import main
from helpers.check import check_study
from helpers.collect.sources import canonical, collect
from helpers.draft import draft
from helpers.draft.names import is_personal, likeness
from helpers.draft.reading import encoding_of, numbers_of
from helpers.errors import StudyError
from helpers.study.file import load_study
from helpers.workspace import Workspace

from .strangers import FOLDERS

ACCOUNTS = {  # language: id, day won, name, category, number, person
    "german": ("KundenNr", "Kunde seit", "Firmenname", "Branche", "Mitarbeiter", "E-Mail"),
    "english": ("CustomerID", "SignupDate", "CompanyName", "Industry", "Employees", "ContactEmail"),
    "spanish": ("cliente_id", "fecha_alta", "empresa_nombre", "sector", "empleados", "telefono"),
    "snake": ("org_uuid", "created_at", "org_name", "vertical", "headcount", "owner_email"),
}
CONTRACTS = {
    "german": ("Vertragsbeginn", "Vertragsende", "Monatsbeitrag"),
    "english": ("StartDate", "EndDate", "MonthlyFee"),
    "spanish": ("inicio", "fin", "importe_mensual"),
    "snake": ("valid_from", "valid_to", "mrr_eur"),
}
FORMS = {"german": "%d.%m.%Y", "english": "%Y-%m-%d", "spanish": "%d/%m/%Y", "snake": "%Y-%m-%d"}


def exports(folder, language: str) -> None:
    """Accounts and contracts of 60 companies, semicolons in German and Spanish."""
    dice, form = random.Random(language), FORMS[language]
    split = ";" if language in ("german", "spanish") else ","
    head, heads = ACCOUNTS[language], CONTRACTS[language]
    accounts, contracts = [split.join(head)], [split.join(("Nr", head[0], *heads))]
    for k in range(60):
        won = date(2023, 1, 15) + timedelta(days=11 * k)
        number = f"K-{1000 + k}"
        branch = dice.choice(["retail", "health", "energy"])
        cells = (number, f"{won:{form}}", f"Firm {k}", branch, str(dice.randint(1, 900)),
                 f"p{k}@example.com")  # fmt: skip
        accounts.append(split.join(cells))
        end = f"{won + timedelta(days=365):{form}}" if k % 5 == 0 else ""
        cells = (f"V{k}", number, f"{won:{form}}", end, str(dice.randint(50, 900)))
        contracts.append(split.join(cells))
    folder.mkdir()
    (folder / "stammdaten.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "vertraege.csv").write_text("\n".join(contracts) + "\n", encoding="utf-8")


@pytest.mark.parametrize("language", ACCOUNTS)
def test_a_folder_nobody_has_seen(tmp_path, language):
    exports(tmp_path / "exports", language)
    path, found = draft(tmp_path / "exports", tmp_path / "study")
    assert not found.decision
    study = load_study(path)
    assert study.business_model == "subscription"
    assert set(study.sources) == {"accounts", "contracts"}
    text = path.read_text(encoding="utf-8")
    # Persons are no attributes, and it is said why.
    person = ACCOUNTS[language][5]
    assert len(study.attributes) == 2
    assert f"#   {person}: tells of persons" in text
    checked = check_study(study=str(path))
    assert not checked.problems
    assert checked.tables.set_index("table")["rows_used"]["contracts"] >= 50
    assert "# accounts: stammdaten.csv" in text
    assert load_study(path) == study


def test_orders_without_a_list_of_customers(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    rows = ["Invoice No,Client,Country,Qty,Unit price,Invoice date,Colour"]
    for k in range(400):
        day = date(2024, 1, 3) + timedelta(days=k % 360)
        client = k % 40
        country = ("FR", "DE", "PT")[client % 3]
        rows.append(f"F{k // 2},C{client // 2},{country},{k % 7},9.5,{day},c{k % 9}")
    (folder / "lines.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    path, found = draft(folder, tmp_path / "study")
    text = path.read_text(encoding="utf-8")
    assert load_study(path).business_model == "transactional"
    assert "Qty × Unit price" in text
    assert "Colour: differs within a customer" in text
    assert not check_study(study=str(path)).problems
    assert not found.decision


@pytest.mark.parametrize("heads", ["start_date,mrr", "order_date,total"])
def test_amounts_in_several_currencies_are_never_summed_as_they_are(tmp_path, heads):
    folder = tmp_path / "exports"
    folder.mkdir()
    lines = [f"customer_id,number,{heads},currency"]
    lines += [f"C{k % 9},N{k},2024-{k % 12 + 1:02d}-03,{k + 5},{('EUR', 'USD')[k % 2]}"
              for k in range(60)]  # fmt: skip
    (folder / "paid.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path, _ = draft(folder, tmp_path / "study")
    assert "DECISION: currency holds 2 currencies" in path.read_text(encoding="utf-8")
    (problem,) = (one for one in check_study(study=str(path)).problems if "rates" in one)
    assert "currenc" in problem


def test_days_that_can_be_read_in_two_ways_are_a_decision(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    lines = ["customer_id,order_id,order_date,amount"]
    lines += [f"C{k % 9},O{k},{k % 12 + 1:02d}/{k % 11 + 1:02d}/2024,{k + 5}" for k in range(60)]
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path, _ = draft(folder, tmp_path / "study")
    assert "# DECISION" not in path.read_text(encoding="utf-8").split("sources:")[0].replace(
        "XXX   # DECISION", ""
    )
    assert "can be read in two ways" in path.read_text(encoding="utf-8")


def test_what_cannot_be_drafted_is_said(tmp_path, capsys):
    with pytest.raises(StudyError, match="There is no folder"):
        draft(tmp_path / "nowhere", tmp_path / "study")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match="No file of"):
        draft(tmp_path / "empty", tmp_path / "study")
    folder = tmp_path / "weather"
    folder.mkdir()
    (folder / "weather.csv").write_text("day,rain\n2024-01-01,3\n2024-01-02,4\n", encoding="utf-8")
    arguments = ["draft", "--exports", str(folder), "--study", str(tmp_path / "w")]
    assert main(arguments) == 2
    assert "one decision" in capsys.readouterr().err
    with pytest.raises(StudyError, match="exists already"):
        draft(folder, tmp_path / "w")


def test_names_in_many_conventions():
    for name in ("CustomerNo", "KUNDEN-NR", "client_id", "Cliente", "account id", "orgId"):
        assert likeness(name, "account_id") > 0.5, name
    for name in ("E-Mail", "contactName", "phone_number", "Vorname", "Straße", "zip"):
        assert is_personal(name), name
    for name in ("industry", "Branche", "seats", "region", "plan_tier"):
        assert not is_personal(name), name


@pytest.mark.parametrize("name", ["ravenstack", "aws_saas_sales", "olist_funnel", "mrr_playbook"])
def test_published_data_are_drafted_without_an_edit(datasets, tmp_path, name):
    path, found = draft(datasets / name, tmp_path / "study")
    assert not found.decision
    assert not check_study(study=str(path)).problems


# What each of nine more folders is: sources, attributes, and words that the draft says of it.
STRANGE = {
    "german": ({"accounts", "contracts", "costs"}, {"branche", "bundesland", "mitarbeiter"},
               ('"encoding": "cp1252"', '"thousands": "."', "who left, not when")),
    "french": ({"accounts", "orders"}, {"secteur_d_activite", "region"},
               ("currency: EUR   # by the name", '"decimal": ","', "Raison sociale")),
    "chinese": ({"accounts", "contracts"}, {"column_5", "column_6"},
                ('"encoding": "gb18030"', "label: \"行业\"", '"客户名称" AS name')),
    "workbook": ({"accounts", "contracts", "tickets", "surveys"}, {"sector", "empleados"},
                 ('"sheet": "Encuesta NPS"', "not answered is not known")),
    "invoice_lines": ({"accounts", "orders"}, {"ship_to_country"}, ("39 more: differ within",)),
    "other_numbers": ({"accounts", "contracts"}, {"industry", "seats"},
                      ("DECISION: numbers are written in different ways",)),
    "crm_and_billing": ({"accounts", "contracts", "tickets"},
                        {"sector", "number_of_employees"},
                        ("20 of 100 rows have no Billing Customer ID", "currency: EUR   # by the",
                         "extracted_on: 2024-12-20", "12 of 100 rows hold '-', read as unknown",
                         "ends_on: Canceled At",
                         "/ CASE \"Interval\" WHEN 'month' THEN 1 WHEN 'year' THEN 12 END AS mrr",
                         "DECISION: Amount is taken for the whole amount")),
    "yearly": ({"accounts", "contracts"}, {"branche", "mitarbeiter"},
               ('"Jahresbetrag (€)" / 12.0 AS mrr', "16 of 80 rows hold 'k.A.', read as unknown")),
    "shop": ({"accounts", "orders"}, {"region"},
             ("DECISION: 160 of 320 rows, of 5,640.00 together, have the status cancelled, "
              "refunded",)),
}  # fmt: skip


@pytest.mark.parametrize("make", FOLDERS, ids=lambda make: make.__name__)
def test_folders_of_other_habits(tmp_path, capsys, make):
    sources, attributes, told = STRANGE[make.__name__]
    (tmp_path / "exports").mkdir()
    make(tmp_path / "exports")
    assert main(["draft", "--exports", str(tmp_path / "exports"), "--study", str(tmp_path)]) == 0
    text = (tmp_path / "study.yml").read_text(encoding="utf-8")
    for part in told:
        assert part in text
    assert ("Please confirm" in capsys.readouterr().out) == ("DECISION:" in text)
    study = load_study(tmp_path / "study.yml")
    assert set(study.sources) == sources
    assert set(study.attributes) == attributes
    checked = check_study(study=str(tmp_path))
    assert not checked.problems
    used = checked.tables.set_index("table")["rows_used"]
    assert used["accounts"] >= 75  # those won after the quarter are left out
    # No column that tells of persons is read at all.
    read = json.dumps(yaml.safe_load(text)["sources"], ensure_ascii=False, default=str)
    for person in ("Ansprechpartner", "Telefon", "Courriel", "联系人", "手机", "Teléfono", "Phone",
                   "Mail", "Betreuer", "owner"):  # fmt: skip
        assert person not in read


def test_vendors_side_by_side_without_a_customer_that_pays_are_one_decision(datasets, tmp_path):
    path, found = draft(datasets / "api_exports", tmp_path / "study")
    assert found.decision.startswith("Which export holds customers and what they pay?")
    text = path.read_text(encoding="utf-8")
    assert text.count("DECISION") == 1
    assert "default_quarter: 2024Q2" in text  # by the days of the export, not by today's
    for vendor in ("stripe", "salesforce", "hubspot"):
        assert f"{vendor} in {vendor}" in found.decision


def test_how_numbers_and_letters_are_written(tmp_path):
    assert numbers_of([["1.234", "99"]]) == ({}, False)  # nothing says that it is a thousand
    assert numbers_of([["1,234", "99"]]) == ({"decimal": ".", "thousands": ","}, True)
    assert numbers_of([["1'234.50"]]) == ({"decimal": ".", "thousands": "'"}, False)
    assert numbers_of([["a", "1,5"], []]) == ({}, False)
    for encoding, letters, read in (
        ("utf-8", "Müller", ""),
        ("cp1252", "Müller, Société Générale", "cp1252"),
        ("gb18030", "客户编号,公司", "gb18030"),
        ("utf-16", "Kunde", "utf-16"),
    ):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(letters, encoding=encoding)
        assert encoding_of(path) == read


@pytest.mark.parametrize("mark", ["-", "n/a", "unknown"])
@pytest.mark.parametrize("kind", ["contracts", "orders"])
def test_marks_for_unknown_in_numbers_are_missing_and_counted(tmp_path, mark, kind):
    folder = tmp_path / "exports"
    folder.mkdir()
    customers = ["customer_id,signup_date,employees"]
    customers += [f"{100 + k},2023-{k % 12 + 1:02d}-10,{mark if k == 3 else k}" for k in range(40)]
    heads = {"contracts": "customer_id,start_date,mrr,seats",
             "orders": "customer_id,order_date,unit_price,quantity"}  # fmt: skip
    paid = [heads[kind]]
    paid += [
        f"{mark if k == 7 else 100 + k % 40},2024-{k % 12 + 1:02d}-28,"
        f"{mark if k < 5 else k + 5},{mark if k == 9 else k + 1}"
        for k in range(80)
    ]
    (folder / "customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")
    (folder / f"{kind}.csv").write_text("\n".join(paid) + "\n", encoding="utf-8")
    path, found = draft(folder, tmp_path / "study")
    assert not found.decision
    text = path.read_text(encoding="utf-8")
    assert f"employees of customers.csv: 1 of 40 rows hold {mark!r}, read as unknown" in text
    money = heads[kind].split(",")[2]
    assert f"{money} of {kind}.csv: 5 of 80 rows hold {mark!r}, read as unknown" in text
    assert load_study(path).attributes["employees"].type == "number"
    checked = check_study(study=str(path))
    assert not checked.problems
    used = checked.tables.set_index("table")["rows_used"]
    # One row names no customer; of the five without a price none has money, one has no quantity.
    assert used[kind] == 80 - 5 - 1 - (kind == "orders")


def test_what_a_first_look_at_a_folder_says(tmp_path):
    """A copy, an empty file, one without rows, one day for all, revenue by another name."""
    folder = tmp_path / "exports"
    folder.mkdir()
    accounts = ["customer_id,created_at,industry,annual_revenue"]
    accounts += [f"C{k},2024-11-15,{'ab'[k % 2]},{1000 * k + k % 7}" for k in range(60)]
    paid = ["customer_id,start_date,mrr,memo"]
    paid += [f"C{k},2024-11-15,{k + 5},m{k % 7}" for k in range(60)]
    for name, lines in (
        ("accounts.csv", accounts), ("contracts.csv", paid), ("contracts (1).csv", paid),
        ("usage.csv", ["customer_id,used_on"]),
    ):  # fmt: skip
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "tickets.csv").write_text("", encoding="utf-8")
    path, found = draft(folder, tmp_path / "study")
    assert found.left_out == {
        "contracts (1).csv": "the same file as contracts.csv, to the byte: read once",
        "usage.csv": "has no row: export it again, or remove it",
        "tickets.csv": "is empty: export it again, or remove it",
        "memo of contracts.csv": "nothing is drafted from them",
    }
    study = load_study(path)
    # The quarter before ends before the first row; the accounts' own revenue is not what they pay.
    assert str(study.default_quarter) == "2024Q4"
    assert study.sources["contracts"].files["contracts"].path == "contracts.csv"
    assert study.attributes["annual_revenue"].shares == ("base",)
    assert "DECISION: created_at may be the day on which the record was made" in path.read_text()
    assert not check_study(study=str(path)).problems


@pytest.mark.parametrize("signs", [("EUR", "USD", "GBP"), ("€", "$", "£"), ("€", "US$", "GBP")])
def test_currencies_are_never_summed_whether_codes_or_signs(tmp_path, signs):
    folder = tmp_path / "exports"
    folder.mkdir()
    accounts, orders = (
        ["account_id,customer_since"],
        ["order_id,account_id,order_date,amount,currency"],
    )
    for k in range(60):
        accounts.append(f"ACC-{k:03d},2023-0{1 + k % 9}-11")
        orders.append(f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k}.5,{signs[k % 3]}")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    path, found = draft(folder, tmp_path / "study")
    assert any("holds 3 currencies" in why for why in found.tables["orders"].why)
    problems = " ".join(map(str, check_study(study=str(path)).problems))
    assert "more than one currency" in problems


def test_one_currency_written_in_several_ways_is_one(tmp_path):
    lines = ["order_id,account_id,order_date,amount,currency"]
    lines += [
        f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k}.5,{('€', 'EUR', 'Euro')[k % 3]}"
        for k in range(60)
    ]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    assert found.currency == "EUR"
    assert not any("currencies" in why for why in found.tables["orders"].why)


CRM = "account_id,customer_since\n" + "".join(
    f"ACC-{k:03d},2023-0{1 + k % 9}-11\n" for k in range(60)
)


def drafted(tmp_path, name: str, text: str):
    """A draft of a list of sixty customers and one more file."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "accounts.csv").write_text(CRM, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return draft(folder, tmp_path / "study")


def money_of(path, table: str, column: str) -> float:
    study = load_study(path)
    ws = Workspace.open(study=str(path), quarter="2026Q3", reports=str(path.parent / "reports"))
    assert study.sources[table].files
    collect(ws)
    return float(canonical(ws, table)[column].sum().execute())


@pytest.mark.parametrize(
    ("name", "factor"),
    [("mrr", 1), ("quarterly_fee", 3), ("annual_fee", 12), ("monthly_fee_cents", 100),
     ("jahresbetrag_teur", 12 / 1000)],
)  # fmt: skip
def test_an_amount_is_of_the_period_and_unit_that_its_name_says(tmp_path, name, factor):
    lines = [f"contract_id,account_id,start_date,{name}"]
    lines += [f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,{factor * (100 + k):.6f}" for k in range(60)]
    path, _ = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    assert money_of(path, "contracts", "mrr") == pytest.approx(sum(100 + k for k in range(60)))


@pytest.mark.parametrize(("name", "factor"), [("amount_cents", 100), ("amount_keur", 0.001)])
def test_orders_in_cents_or_thousands_are_whole_units(tmp_path, name, factor):
    lines = [f"order_id,account_id,order_date,{name}"]
    lines += [f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{factor * (100 + k):.6f}" for k in range(60)]
    path, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    assert any("of the currency, by its name" in why for why in found.tables["orders"].why)
    assert money_of(path, "orders", "amount") == pytest.approx(sum(100 + k for k in range(60)))


@pytest.mark.parametrize(("first", "last", "less"), [(1, 31, 0), (5, 4, 0), (1, 1, 1)])
def test_ends_of_periods_are_read_by_how_they_end(tmp_path, first, last, less):
    # 1 to 31 July, or the 5th to the 4th: the next period begins a day later. 1 July to 1 August.
    lines = ["contract_id,account_id,start_date,end_date,mrr"]
    for k in range(60):
        month = 8 if last == 31 else 9
        lines.append(f"C{k},ACC-{k:03d},2026-08-0{first},2026-{month:02d}-{last:02d},100")
    path, _ = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    ws = Workspace.open(study=str(path), quarter="2026Q3", reports=str(tmp_path / "reports"))
    collect(ws)
    ends = canonical(ws, "contracts").ends_on.max().execute()
    assert str(ends)[:10] == str(date(2026, month, last) - timedelta(less))


def test_contracts_that_never_began_or_ended_on_no_known_day_are_asked_about(tmp_path):
    status = ["Active", "Draft", "Lost", "Cancelled", "Pending cancellation", "Trial"]
    lines = ["contract_id,account_id,start_date,end_date,mrr,status"]
    for k in range(60):
        end = "2025-03-31" if k == 3 else ""
        lines.append(f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,{end},100,{status[k % 6]}")
    path, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    told = [why for why in found.tables["contracts"].why if "never began" in why]
    # Ten each of draft, lost and trial; of ten cancelled ones the end of one is known.
    assert told[0].startswith("DECISION: 39 of 60 contracts, of 3,900.00 a month")
    assert money_of(path, "contracts", "mrr") == 2100


def test_products_of_orders_and_reasons_of_tickets_are_drafted(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    files = {
        "kunden.csv": ["Kundennr,Firma,Kunde seit,Branche"]
        + [f"K{k:03d},Betrieb {k},2024-0{k % 9 + 1}-01,{'ab'[k % 2]}" for k in range(60)],
        "rechnungen.csv": ["Rechnung,Kundennr,Datum,Netto,Warengruppe"]
        + [
            f"R{k},K{k % 60:03d},2025-0{k % 9 + 1}-11,{k % 70 + 5}.5,{'xyz'[k % 3]}"
            for k in range(300)
        ],
        "tickets.csv": ["ticket,Kundennr,created,topic,subject"]
        + [
            f"T{k},K{k % 60:03d},2025-0{k % 9 + 1}-12 10:00:00,{'uvw'[k % 3]},s{k}"
            for k in range(90)
        ],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    study = load_study(draft(folder, tmp_path / "study")[0])
    assert 'min("Warengruppe") AS product' in study.sources["orders"].query
    assert '"topic" AS reason' in study.sources["tickets"].query
    # One order of several products: which of them it was of is not known.
    with (folder / "rechnungen.csv").open("a", encoding="utf-8") as file:
        file.write("R7,K007,2025-08-11,9.5,q\n")
    study = load_study(draft(folder, tmp_path / "again")[0])
    assert "AS product" not in study.sources["orders"].query
