"""Files of the facts that the dossier shows: their headers, and one good line of each kind."""

from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from purchases.models import (
    AccountCost,
    Delivery,
    OrderLine,
    PriceTerm,
    Receivable,
    Target,
)

TARGETS = "customer_code,kam_email,category_code,month,amount\n"
LEDGER = "customer_code,document_no,issued_on,due_on,amount,open_amount\n"
ORDERS = (
    "customer_code,store_code,order_no,line_no,product_code,ordered_units,requested_on,confirmed_on,"
    "delivered_on,delivered_units,delivery_mode,cancelled\n"
)
PRICES = "customer_code,product_code,net_price,from,to\n"
COSTS = "customer_code,month,kind,amount\n"
ONE_LINE = {
    "targets": TARGETS + "ALPHA,,,2022-10,5\n",
    "receivables": LEDGER + "ALPHA,R1,2022-09-01,2022-10-01,5,5\n",
    "deliveries": ORDERS + "ALPHA,,O1,1,,24,2022-10-10,,2022-10-10,5,,\n",
    "price_terms": PRICES + "ALPHA,P1,5,2022-01-01,\n",
    "account_costs": COSTS + "ALPHA,2022-10,freight,5\n",
}
MODELS = (Target, Receivable, OrderLine, Delivery, PriceTerm, AccountCost)
MODEL_OF = {
    "targets": Target,
    "receivables": Receivable,
    "deliveries": OrderLine,
    "price_terms": PriceTerm,
    "account_costs": AccountCost,
}
#: Kind and the column that holds a number.
NUMBERS = [
    ("targets", "amount"),
    ("receivables", "amount"),
    ("deliveries", "delivered_units"),
    ("price_terms", "net_price"),
    ("account_costs", "amount"),
]


def undo(report, by):
    return undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=by)


def changed_text(kind, column, value):
    header, line = ONE_LINE[kind].splitlines()
    cells = line.split(",")
    cells[header.split(",").index(column)] = value
    return f"{header}\n{','.join(cells)}\n"
