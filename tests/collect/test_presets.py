"""What all presets share: files, columns, choices, links, errors, and their use in a study."""

import re
from importlib.resources import files as packaged

import pandas as pd
import pytest
from exports import PAYMENTS as EXPORT
from exports import collected, csv, export, refused, told

from helpers.collect import presets
from helpers.collect.presets.description import load_preset
from helpers.collect.sources import canonical, collect, collection_report
from helpers.tables import TABLES

VENDORS = ("zendesk", "salesforce", "hubspot", "stripe")


def amounts(ws) -> dict[str, float]:
    return collected(ws, "orders")["amount"].to_dict()


class TestDescriptions:
    @pytest.mark.parametrize("vendor", VENDORS)
    def test_every_name_in_a_description_is_defined(self, vendor):
        preset = load_preset(vendor)
        for table, offer in preset.tables.items():
            assert preset.sql(table)
            assert set(offer.files) <= set(preset.files)
            assert all(preset.sql(part) for part in offer.parts)
            assert all(preset.files[file].history for file in offer.timelines)
            assert set(offer.today) <= set(offer.files)
            assert set(offer.choices) <= set(preset.choices)
            assert not {"history", "links", "unlinked", "keep"} & set(offer.choices)
            assert set(offer.linked) <= {column.name for column in TABLES[table].columns}
        used = {choice for offer in preset.tables.values() for choice in offer.choices}
        assert used == set(preset.choices)
        histories = {h.file for entry in preset.files.values() for h in entry.histories}
        read = {file for offer in preset.tables.values() for file in offer.files}
        assert read | histories == set(preset.files)

    @pytest.mark.parametrize("vendor", VENDORS)
    def test_every_choice_explains_itself(self, vendor):
        for choice in load_preset(vendor).choices.values():
            assert choice.about
            assert all(value.meaning for value in choice.allowed.values())

    def test_the_descriptions_are_in_the_package(self, root):
        patterns = (root / "pyproject.toml").read_text(encoding="utf-8")
        assert '"**/*.yml"' in patterns
        assert '"**/*.sql"' in patterns
        for vendor in VENDORS:
            folder = packaged(presets) / vendor
            preset = load_preset(vendor)
            parts = {part for offer in preset.tables.values() for part in offer.parts}
            shared = {file.stem for file in (packaged(presets) / "shared").glob("*.sql")}
            names = {file.name for file in folder.iterdir()}
            wanted = {*preset.tables, *parts}
            assert names <= {"preset.yml", *(f"{name}.sql" for name in wanted)}
            assert wanted <= {name.removesuffix(".sql") for name in names} | shared

    @pytest.mark.parametrize("vendor", VENDORS)
    def test_what_sql_says_of_a_row_is_a_choice(self, vendor):
        preset = load_preset(vendor)
        for table, offer in preset.tables.items():
            sql = "".join(preset.sql(name) for name in (table, *offer.parts))
            for touched in re.findall(r"THEN '(\w+)' END(?=,|\n| AS touched)", sql):
                assert touched in preset.choices, (vendor, table, touched)

    @pytest.mark.parametrize("vendor", VENDORS)
    def test_every_remark_names_what_the_description_has(self, vendor):
        preset = load_preset(vendor)
        for remark in preset.remarks:
            assert remark.says
            assert set(remark.tables) <= set(preset.tables)
            for need in remark.unless:
                name, _, column = need.rpartition(":")[2].partition(".")
                entry = preset.files[name]
                assert not column or column in {**entry.columns, **entry.optional}


class TestFiles:
    @pytest.mark.parametrize("name", ["charge", "charges", "stripe_charge", "Charge_data"])
    def test_names_of_files(self, orders, name):
        files = export({"customer": EXPORT["customer"], name: EXPORT["charge"]})
        assert amounts(orders(files=files)) == {"1": 10.0, "2": 20.0, "3": 30.0}

    def test_parquet_and_json_lines(self, orders, tmp_path):
        charges = pd.DataFrame(
            {
                "id": [1, 2],
                "customer_id": ["cus_1", "cus_2"],
                "amount": [1000.0, 2000.0],
                "currency": ["eur", "eur"],
                "status": ["succeeded", "succeeded"],
                "created": pd.to_datetime(["2024-05-01 22:30", "2024-06-01 00:00"], utc=True),
            }
        )
        charges.to_parquet(tmp_path / "charge.parquet", index=False)
        customers = pd.DataFrame({"id": ["cus_1", "cus_2"], "created": [1704103200, 1704189600]})
        content = {
            "export/charge.parquet": (tmp_path / "charge.parquet").read_bytes(),
            "export/customer.jsonl": customers.to_json(orient="records", lines=True),
        }
        assert amounts(orders(files=content)) == {"1": 10.0, "2": 20.0}

    @pytest.mark.parametrize(
        "written",
        ["2024-05-01 22:30:00", "2024-05-01T22:30:00Z", "2024-05-02 00:30:00+02", "1714602600",
         "1714602600000"],
    )  # fmt: skip
    def test_moments_are_utc_unless_they_say_more(self, orders, written):
        charge = EXPORT["charge"].replace("2024-05-01 22:30:00", written)
        ws = orders(files=export({**EXPORT, "charge": charge}), timezone="Europe/Berlin")
        assert str(collected(ws, "orders").loc["1", "ordered_on"])[:10] == "2024-05-02"

    def test_files_of_other_names_places_and_dialects(self, orders):
        # Two years in two files, separated by semicolons.
        text = csv(EXPORT["charge"]).replace(",", ";").splitlines(keepends=True)
        content = {
            "export/customer.csv": csv(EXPORT["customer"]),
            "export/payments/2023.txt": "".join(text[:2]),
            "export/payments/2024.txt": "".join([text[0], *text[2:]]),
        }
        entry = {"charge": {"path": "payments/*.txt", "delimiter": ";"}}
        ws = orders(files=content, named=entry)
        assert amounts(ws) == {"1": 10.0, "2": 20.0, "3": 30.0}

    def test_the_folder_may_be_one_per_quarter(self, orders):
        ws = orders(files=export(EXPORT, "2024Q4/stripe"), folder="{quarter}/stripe")
        assert len(amounts(ws)) == 3

    def test_rows_that_the_connector_marked_as_deleted_are_no_rows(self, orders):
        charge = """
            id | customer_id | amount | currency | status    | created    | _fivetran_deleted
            1  | cus_1       | 1000   | eur      | succeeded | 2024-05-01 | false
            2  | cus_2       | 2000   | eur      | succeeded | 2024-05-01 | true"""
        assert amounts(orders(files=export({**EXPORT, "charge": charge}))) == {"1": 10.0}

    def test_what_was_read_is_on_record(self, orders):
        ws = orders()
        collect(ws)
        report = collection_report(ws).set_index("table")
        assert report.loc["orders", "files"] == "export/customer.csv; export/charge.csv"
        assert {file["name"] for file in ws.recorded("raw_files/orders")} == {
            "raw_customer",
            "raw_charge",
        }


class TestLinks:
    LINKS = "source_id | account_id \n cus_1 | A \n cus_2 | B"

    def test_identifiers_become_those_of_the_accounts(self, orders):
        ws = orders(raw={"links.csv": csv(self.LINKS)}, options={"links": "links.csv"})
        assert collected(ws, "orders")["account_id"].to_dict() == {"1": "A", "2": "B"}
        assert told(refused(ws, "orders"), "key", "column", "reason") == [
            ["order_id=3", "account_id", "missing"]
        ]

    def test_unlinked_rows_may_be_left_out(self, orders):
        options = {"links": "links.csv", "unlinked": "leave_out"}
        ws = orders(raw={"links.csv": csv(self.LINKS)}, options=options)
        assert len(collected(ws, "orders")) == 2
        assert refused(ws, "orders").empty

    def test_an_identifier_that_is_linked_twice_multiplies_nothing(self, orders):
        links = self.LINKS + "\n cus_1 | A \n cus_2 | C"
        ws = orders(raw={"links.csv": csv(links)}, options={"links": "links.csv"})
        assert collected(ws, "orders")["account_id"].to_dict() == {"1": "A"}

    def test_parents_are_linked_too(self, study):
        account = "id | name | parent_id \n sf1 | Alder | \n sf2 | Birch | sf1"
        opportunity = """
            id | account_id | is_won | close_date
            o1 | sf1        | true   | 2024-01-10
            o2 | sf2        | true   | 2024-01-11"""
        links = "source_id | account_id \n sf1 | A \n sf2 | B"
        entry = {"preset": "salesforce", "folder": "sf", "options": {"links": "links.csv"}}
        content = export({"account": account, "opportunity": opportunity}, "sf")
        ws = study(tables={"accounts": entry}, files={**content, "links.csv": csv(links)})
        accounts = collected(ws, "accounts").reset_index()
        assert told(accounts, "account_id", "parent_id") == [["A", None], ["B", "A"]]


class TestChoices:
    def test_they_are_recorded_with_their_meaning(self, orders):
        ws = orders(options={"refunds": "ignore"})
        assert presets.preset_choices(ws).empty  # nothing has been collected yet
        collect(ws)
        choices = presets.preset_choices(ws)
        assert tuple(choices.columns) == presets.CHOICES
        assert set(choices["preset"]) == {"stripe"}
        by_name = choices.set_index("choice")
        assert by_name.loc["refunds", ["value", "set_by"]].tolist() == ["ignore", "study file"]
        assert by_name.loc["test_mode", ["value", "set_by"]].tolist() == ["leave_out", "default"]
        assert by_name.loc["test_mode", "meaning"] == "rows of Stripe's test mode: are left out"
        assert "jpy" in by_name.loc["zero_decimal", "value"]

    def test_a_study_without_presets_has_none(self, study):
        ws = study()
        collect(ws)
        assert presets.preset_choices(ws).empty

    def test_history_that_was_found_is_named(self, study):
        account = "id | name \n sf1 | Alder"
        history = "id | name | _fivetran_start | _fivetran_end \n sf1 | Alder | 2024-01-01 |"
        opportunity = "id | account_id | is_won | close_date \n o1 | sf1 | true | 2024-01-10"
        tables = {"account": account, "account_history": history, "opportunity": opportunity}
        entry = {"preset": "salesforce", "folder": "export"}
        ws = study(tables={"accounts": entry}, files=export(tables))
        collect(ws)
        told_by = presets.preset_choices(ws).set_index("choice").loc["history"]
        assert told_by["value"] == "use"
        assert "(account_history)" in told_by["meaning"]

    def test_kept_columns_are_named(self, study):
        entry = {
            "preset": "stripe",
            "folder": "export",
            "options": {"won_on": "created", "keep": {"label": "name"}},
        }
        ws = study(tables={"accounts": entry}, files=export(EXPORT))
        assert collected(ws, "accounts")["label"].tolist() == ["Alder", "Birch", "Cedar"]
        kept = presets.preset_choices(ws).set_index("choice").loc["keep", "value"]
        assert kept == "name as label"


class TestToyRows:
    """The rows that connectors publish for their own tests; the shape is real, the ids are not."""

    def test_a_study_of_presets_only(self, study, datasets):
        place = datasets / "api_exports"
        if not place.is_dir():
            pytest.skip("the toy exports are not here")

        def entry(vendor: str, **options) -> dict:
            return {"preset": vendor, "folder": str(place / vendor), "options": options}

        sources = {
            "accounts": entry("hubspot", won_on="property_createdate", keep=["property_industry"]),
            "contracts": entry("stripe", trials="revenue"),
            "orders": entry("salesforce"),
            "tickets": entry("zendesk", complexity="priority"),
            "surveys": entry("zendesk"),
        }
        ws = study(tables=sources, quarter="2025Q4", currency="USD")
        collect(ws)
        report = collection_report(ws).set_index("table")
        # 24 companies; 2 subscriptions of one item each, both only ever on trial; 10 orders, all of
        # them active; 8 of 10 tickets are not deleted, and none belongs to a company of another
        # system.
        assert report["rows_in"][list(sources)].tolist() == [24, 2, 10, 8, 0]
        assert report["rows_used"][list(sources)].tolist() == [24, 2, 10, 0, 0]
        # 1,500 a month, times the quantity.
        contracts = canonical(ws, "contracts").to_pandas()
        assert sorted(contracts["mrr"]) == [1500.0, 3000.0]
        assert set(presets.preset_choices(ws)["table"]) == set(sources)

    @pytest.mark.parametrize(
        ("vendor", "table", "options", "rows"),
        [
            ("zendesk", "tickets", {}, 8),
            ("zendesk", "surveys", {}, 0),
            ("hubspot", "tickets", {}, 25),
            ("hubspot", "orders", {}, 0),
            ("stripe", "accounts", {"won_on": "created"}, 12),
            ("stripe", "orders", {}, 0),
        ],
    )
    def test_tables_read_the_published_columns(self, study, datasets, vendor, table, options, rows):
        folder = datasets / "api_exports" / vendor
        if not folder.is_dir():
            pytest.skip("the toy exports are not here")
        entry = {"preset": vendor, "folder": str(folder), "options": options}
        ws = study(tables={table: entry}, quarter="2025Q4", currency="USD")
        collect(ws)
        assert collection_report(ws).set_index("table").loc[table, "rows_in"] == rows
