"""Nine folders of exports as companies have them: each in its own language and habits."""

import random
from datetime import date, timedelta
from pathlib import Path

COMPANIES = 80


def _won(k: int) -> date:
    return date(2022, 3, 1) + timedelta(days=9 * k)


def german(folder: Path) -> None:
    """Semicolons, decimal comma, dd.mm.yyyy, Windows' letters; persons beside companies; costs."""
    dice = random.Random(1)
    head = "Kundennummer;Firmenname;Ansprechpartner;E-Mail;Telefon;Branche;Bundesland;Mitarbeiter"
    lines = [head + ";Kunde seit;Gekündigt"]
    deals = ["Vertragsnr;Kundennummer;Vertragsbeginn;Vertragsende;Monatsbeitrag;Tarif"]
    costs = ["Kundennummer;Buchungsdatum;Kostenart;Betrag Kosten"]
    for k in range(COMPANIES):
        number = f"{10_000 + k}"
        branch = dice.choice(("Maschinenbau", "Großhandel", "Pflege"))
        land = dice.choice(("Bayern", "Thüringen"))
        lines.append(
            f"{number};Müller & Söhne {k} GmbH;Jörg Geheim{k};j{k}@kunde.example;"
            f"+49 30 {5550000 + k};{branch};{land};{dice.randint(3, 900)};{_won(k):%d.%m.%Y};"
            + ("ja" if k % 6 == 0 else "nein")
        )
        end = f"{_won(k) + timedelta(days=400):%d.%m.%Y}" if k % 6 == 0 else ""
        deals.append(
            f"V{k};{number};{_won(k):%d.%m.%Y};{end};{1000 + 13 * k // 10 % 900:,}".replace(
                ",", "."
            )
            + f",{dice.randint(10, 99)};{dice.choice(('Basis', 'Plus'))}"
        )
        costs.append(f"{number};{_won(k):%d.%m.%Y};Service;{dice.randint(20, 90)},50")
    for name, rows in (("Kundenstamm", lines), ("Verträge", deals), ("Kosten", costs)):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="cp1252")


def french(folder: Path) -> None:
    """Clients and invoices: accents, headers with blanks and signs, amounts before tax."""
    dice = random.Random(2)
    lines = ["Code client;Raison sociale;Secteur d'activité;Région;Date de création;Courriel"]
    bills = ["N° facture;Code client;Date facture;Montant HT;Devise"]
    for k in range(COMPANIES):
        lines.append(
            f"CL{k:04d};Société {k} SARL;{dice.choice(('santé', 'énergie', 'négoce'))};"
            f"{dice.choice(('Nord', 'Sud'))};{_won(k):%d/%m/%Y};contact{k}@client.example"
        )
        for turn in range(6):
            day = _won(k) + timedelta(days=40 * turn)
            bills.append(
                f"F-{k}-{turn};CL{k:04d};{day:%d/%m/%Y};{dice.randint(100, 9000)},{turn}5;EUR"
            )
    (folder / "clients.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    (folder / "factures.csv").write_text("\n".join(bills) + "\n", encoding="utf-8-sig")


def chinese(folder: Path) -> None:
    """Customers and contracts in Chinese, in China's own encoding."""
    dice = random.Random(3)
    lines = ["客户编号,客户名称,联系人,手机,行业,地区,签约日期"]
    deals = ["合同编号,客户编号,开始日期,结束日期,月费"]
    for k in range(COMPANIES):
        lines.append(
            f"KH{k:03d},公司{k},王秘密{k},1380000{k:04d},{dice.choice(('制造', '零售', '物流'))},"
            f"{dice.choice(('华东', '华南'))},{_won(k)}"
        )
        deals.append(f"HT{k},KH{k:03d},{_won(k)},,{dice.randint(500, 5000)}")
    (folder / "客户.csv").write_text("\n".join(lines) + "\n", encoding="gb18030")
    (folder / "合同.csv").write_text("\n".join(deals) + "\n", encoding="gb18030")


def workbook(folder: Path) -> None:
    """One Spanish workbook: customers, subscriptions, tickets, a survey, and a cover sheet."""
    from openpyxl import Workbook

    dice, book = random.Random(4), Workbook()
    cover = book.active
    cover.title = "Portada"
    cover.append(["Informe de clientes"])
    sheets = {
        "Clientes": ["ID Cliente", "Empresa", "Sector", "Empleados", "Fecha alta", "Teléfono"],
        "Suscripciones": ["ID", "ID Cliente", "Inicio", "Fin", "Importe mensual", "Plan"],
        "Tickets": ["Ticket ID", "ID Cliente", "Created", "Closed"],
        "Encuesta NPS": ["ID Cliente", "Fecha", "NPS"],
    }
    pages = {name: book.create_sheet(name) for name in sheets}
    for name, head in sheets.items():
        pages[name].append(head)
    for k in range(COMPANIES):
        number, won = f"ES-{k:03d}", _won(k)
        sector = dice.choice(("turismo", "salud", "banca"))
        pages["Clientes"].append(
            [number, f"Firma {k}", sector, dice.randint(2, 700), won, f"+34 6{k:08d}"]
        )
        pages["Suscripciones"].append(
            [f"S{k}", number, won, None, dice.randint(90, 900), dice.choice(("A", "B"))]
        )
        opened = won + timedelta(days=30)
        pages["Tickets"].append([f"T{k}", number, opened, opened + timedelta(days=k % 5)])
        pages["Encuesta NPS"].append([number, won + timedelta(days=60), dice.randint(0, 10)])
    book.save(folder / "datos.xlsx")


def invoice_lines(folder: Path) -> None:
    """Invoice lines of an ERP alone: headers with blanks, and 40 columns of noise."""
    dice = random.Random(5)
    noise = [f"Custom Field {k}" for k in range(1, 41)]
    head = ["Invoice Number", "Line No", "Bill To Customer No", "Bill To Name", "Ship To Country"]
    lines = [",".join([*head, "Posting Date", "Qty", "Unit Price", "Line Amount", *noise])]
    for k in range(1200):
        day = date(2023, 1, 9) + timedelta(days=k // 3)
        count, price = dice.randint(1, 9), dice.randint(5, 500)
        cells = [
            f"INV{k // 2:05d}",
            str(k % 2 + 1),
            f"{70000 + k // 2 % COMPANIES}",
            f"Firm {k // 2 % COMPANIES}",
        ]
        cells += [
            ("US", "CA", "MX")[k // 2 % COMPANIES % 3],
            f"{day:%m/%d/%Y}",
            str(count),
            f"{price}.00",
        ]
        cells += [f"{count * price}.00"]
        cells += [dice.choice(("", "x", "7", "n/a", f"free text {k}")) for _ in noise]
        lines.append(",".join(cells))
    (folder / "invoice lines export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def other_numbers(folder: Path) -> None:
    """A CRM and a billing system that write customer numbers differently; churn is a flag."""
    dice = random.Random(6)
    crm = ["Customer ID,Company Name,Industry,Seats,Created Date,Churned,Owner Email,Contact Phone"]
    billing = ["customer_no,period_start,period_end,mrr_usd,invoice_ref"]
    for k in range(COMPANIES):
        churned = "Yes" if k % 7 == 0 else "No"
        crm.append(
            f"CUST-{k + 1:05d},Firm {k},{dice.choice(('retail', 'health'))},{dice.randint(1, 400)},"
            f"{_won(k)},{churned},o{k}@secret.example,+1 555 01{k:02d}"
        )
        end = _won(k) + timedelta(days=380) if k % 7 == 0 else ""
        billing.append(f"{k + 1},{_won(k)},{end},{dice.randint(40, 4000)},R{k}")
    (folder / "crm.csv").write_text("\n".join(crm) + "\n", encoding="utf-8")
    (folder / "billing.csv").write_text("\n".join(billing) + "\n", encoding="utf-8")


def crm_and_billing(folder: Path) -> None:
    """A CRM's list with leads, subscriptions of another system with its own numbers, tickets."""
    dice = random.Random(7)
    crm = ["Record ID,Company name,Company owner,Create Date,Number of Employees,Sector,"
           "Lifecycle Stage,Billing Customer ID,Last Activity Date"]  # fmt: skip
    billing = ["id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),"
               "Current Period End (UTC),Canceled At (UTC)"]  # fmt: skip
    tickets = ["Ticket ID,Associated Company IDs,Create date,Close date"]
    for k in range(COMPANIES + 20):
        bills = k < COMPANIES
        size, sector = dice.randint(2, 900), dice.choice(("retail", "health"))
        crm.append(
            f"{91000 + k},Firm {k},Ann Secret,{_won(k % 80)} 09:00,{'-' if k % 9 == 0 else size},"
            f"{sector},{'customer' if bills else 'lead'},{f'cus_{k:03d}x' if bills else ''},"
            "2024-12-20 10:00"
        )
        if not bills:
            continue
        gone = f"{_won(k) + timedelta(days=300)} 08:30" if k % 8 == 0 else ""
        yearly = k % 2
        billing.append(
            f"sub_{k},cus_{k:03d}x,{dice.choice(('S', 'L'))},{dice.randint(1, 9)},eur,"
            f"{'year' if yearly else 'month'},{2400 if yearly else 200}.00,"
            f"{'canceled' if gone else 'active'},{_won(k)} 08:00,2025-01-19 08:00,{gone}"
        )
        tickets.append(f"{700 + k},{91000 + k},{_won(k)} 10:00,{_won(k)} 12:00")
    for name, lines in (("all-companies", crm), ("subscriptions", billing), ("tickets", tickets)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def yearly(folder: Path) -> None:
    """Yearly amounts in a German workbook as texts, a list with marks for what is not known."""
    from openpyxl import Workbook

    dice, book = random.Random(8), Workbook()
    book.active.append(["Vertragsnr.", "Kundennr.", "Vertragsbeginn", "Jahresbetrag (€)"])
    lines = ["Kundennr.;Firma;Branche;Mitarbeiter;Betreuer;Kunde seit;Note"]
    for k in range(COMPANIES):
        size = "k.A." if k % 5 == 0 else dice.randint(2, 900)
        lines.append(
            f"K-{k};Firma {k} GmbH;{dice.choice(('Handel', 'Pflege'))};{size};"
            f"{dice.choice(('Frau Geheim', 'Herr Still'))};{_won(k):%d.%m.%Y};2,{k % 9}"
        )
        book.active.append([f"V{k}", f"K-{k}", f"{_won(k):%d.%m.%Y}", f"1.{k:03d},50"])
    (folder / "Kundenliste.csv").write_text("\n".join(lines) + "\n", encoding="cp1252")
    book.save(folder / "Verträge.xlsx")


def shop(folder: Path) -> None:
    """Orders that came to nothing stand among the others."""
    dice = random.Random(9)
    lines = ["customer_id,company,region,signup_date"]
    orders = ["order_id,customer_id,order_date,status,total,currency"]
    for k in range(COMPANIES):
        lines.append(f"{k + 1},Shop {k},{dice.choice(('north', 'south'))},{_won(k)}")
        for turn, state in enumerate(("completed", "partially_refunded", "cancelled", "refunded")):
            day = _won(k) + timedelta(days=30 * turn)
            orders.append(f"{4 * k + turn},{k + 1},{day:%m/%d/%Y},{state},{turn + 1}0.25,USD")
    for name, rows in (("customers", lines), ("orders", orders)):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


FOLDERS = (german, french, chinese, workbook, invoice_lines, other_numbers)
FOLDERS += (crm_and_billing, yearly, shop)
