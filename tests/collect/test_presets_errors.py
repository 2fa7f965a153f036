"""What presets answer to mistakes: every message names the place, what was found, what to do."""

import pytest
from exports import PAYMENTS as EXPORT
from exports import export

from helpers.collect.sources import collect
from helpers.errors import StudyError
from helpers.tables import TABLES


class TestErrors:
    def failing(self, ws) -> str:
        (table,) = (name for name, source in ws.study.sources.items() if source.preset)
        with pytest.raises(StudyError) as error:
            collect(ws, None if TABLES[table].references else [table])
        return str(error.value)

    def test_no_folder(self, orders):
        message = self.failing(orders(folder="nowhere"))
        assert "sources.orders" in message
        assert "preset stripe" in message
        assert "nowhere" in message

    def test_a_missing_file(self, orders):
        message = self.failing(orders(files=export({"customer": EXPORT["customer"]})))
        assert "preset stripe does not find the file charge" in message
        assert "customer" in message.split("found:")[1]
        assert "files: {charge: …}" in message

    def test_one_of_two_files(self, study):
        tables = {
            "customer": EXPORT["customer"],
            "subscription": "id | customer_id | status | start_date | ended_at",
            "subscription_item": "id | subscription_id | plan_id",
        }
        entry = {"preset": "stripe", "folder": "export"}
        ws = study(tables={"contracts": entry}, files=export(tables))
        assert "plan or price" in self.failing(ws)

    def test_a_missing_column(self, orders):
        charge = EXPORT["charge"].replace("| amount", "| sum   ")
        message = self.failing(orders(files=export({**EXPORT, "charge": charge})))
        assert "charge of the preset stripe has no column amount" in message
        assert "sum" in message.split("found:")[1]

    def test_two_files_of_one_table(self, orders):
        message = self.failing(orders(raw={"export/charges.csv": "id\n"}))
        assert "several files" in message
        assert "charge.csv, charges.csv" in message

    def test_a_file_that_the_preset_does_not_know(self, orders):
        message = self.failing(orders(named={"payouts": "x.csv"}))
        assert "knows no file payouts" in message

    def test_a_file_that_is_named_and_not_there(self, orders):
        message = self.failing(orders(named={"charge": "x.csv"}))
        assert "there is no file" in message
        assert "x.csv" in message

    def test_a_format_that_a_preset_cannot_read(self, orders):
        message = self.failing(orders(raw={"export/x.xlsx": b""}, named={"charge": "x.xlsx"}))
        assert "cannot read x.xlsx" in message

    def test_a_file_that_is_not_what_it_says(self, orders):
        content = export({"customer": EXPORT["customer"]}) | {"export/charge.parquet": b"no"}
        assert "(charge.parquet) cannot be read as parquet" in self.failing(orders(files=content))

    def test_a_value_that_is_not_of_its_kind(self, orders):
        charge = EXPORT["charge"].replace("2000  ", "twenty")
        message = self.failing(orders(files=export({**EXPORT, "charge": charge})))
        assert "query of sources.orders failed" in message
        assert "charge.csv, column amount: twenty is not a number" in message

    @pytest.mark.parametrize("written", ["soon", "2024-13-01", "99"])
    def test_a_moment_that_is_none(self, orders, written):
        charge = EXPORT["charge"].replace("2024-06-01 10:00:00", written)
        message = self.failing(orders(files=export({**EXPORT, "charge": charge})))
        assert f"charge.csv, column created: {written} is not a date and time" in message

    def test_a_table_that_the_preset_does_not_offer(self, study):
        ws = study(tables={"usage": {"preset": "stripe", "folder": "."}})
        message = self.failing(ws)
        assert "the preset stripe has no table usage" in message
        assert "accounts, contracts, orders" in message

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"refund": "ignore"}, "no choice refund here"),
            ({"keep": ["name"]}, "no choice keep here"),
            ({"history": "use"}, "no choice history here"),
            ({"unlinked": "leave_out"}, "no choice unlinked here"),
            ({"refunds": "never"}, "options.refunds"),
            ({"refunds": ["ignore"]}, "options.refunds"),
            ({"refunds": "refund_date"}, "refund_date needs the file refund"),
            ({"account_id": "crm"}, "customer of the preset stripe has no column crm"),
            ({"account_id": 7}, "options.account_id"),
            ({"zero_decimal": "jpy"}, "not a list of texts"),
            ({"links": "nowhere.csv"}, "there is no file"),
            ({"links": ["links.csv"]}, "options.links is not a file"),
        ],
    )
    def test_choices_that_cannot_be(self, orders, options, message):
        assert message in self.failing(orders(options=options))

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"keep": "name"}, "neither a list of columns"),
            ({"keep": [7]}, "neither a list of columns"),
            ({"keep": ["name"]}, "name is a column of accounts already"),
            ({"keep": ["size"]}, "has no column size"),
            ({"won_on": "first_subscription"}, "needs the file subscription"),
            ({"won_on": "signed"}, "no column signed"),
            ({"won_on": "none"}, "no column none"),
        ],
    )
    def test_choices_about_accounts_that_cannot_be(self, study, options, message):
        entry = {
            "preset": "stripe",
            "folder": "export",
            "options": {"won_on": "created", **options},
        }
        ws = study(tables={"accounts": entry}, files=export(EXPORT))
        assert message in self.failing(ws)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"term_months": 0}, "not a whole number"),
            ({"term_months": True}, "not a whole number"),
            ({"history": "use"}, "has no history of the Salesforce export"),
            ({"history": "yes"}, "options.history"),
        ],
    )
    def test_choices_about_contracts_that_cannot_be(self, study, options, message):
        tables = {
            "account": "id | name \n A | Alder",
            "opportunity": "id | account_id | is_won | close_date | amount \n"
            "o | A | true | 2024-01-01 | 5",
        }
        entry = {"preset": "salesforce", "folder": "export", "options": options}
        ws = study(tables={"contracts": entry}, files=export(tables))
        assert message in self.failing(ws)

    def test_a_column_of_a_file_that_is_not_there(self, study):
        tables = {
            "ticket": "id | created_at | status | organization_id | requester_id",
            "ticket_field_history": "ticket_id | field_name | value | updated",
        }
        options = {"account_id": "external_id"}
        entry = {"preset": "zendesk", "folder": "export", "options": options}
        ws = study(tables={"surveys": entry}, files=export(tables))
        assert "external_id needs the file organization" in self.failing(ws)

    def test_links_without_their_columns(self, orders):
        ws = orders(raw={"links.csv": "a,b\n"}, options={"links": "links.csv"})
        assert "links.csv has no column source_id, account_id" in self.failing(ws)

    @pytest.mark.parametrize(
        "entry",
        [
            {"preset": "stripe"},
            {"preset": "stripe", "folder": "x", "query": "SELECT 1"},
            {"preset": "stripe", "folder": "x", "database": "postgresql://h/d"},
            {"preset": "intercom", "folder": "x"},
            {"folder": "x", "files": {"a": "a.csv"}, "query": "SELECT 1"},
            {"options": {"a": 1}, "files": {"a": "a.csv"}, "query": "SELECT 1"},
            {"files": {"a": "a.csv"}},
        ],
    )
    def test_sources_that_the_study_file_refuses(self, study, entry):
        with pytest.raises(StudyError, match=r"sources.*orders"):
            study(tables={"orders": entry})
