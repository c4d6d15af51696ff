"""Reading tables that strangers made: CSV, gzipped CSV and XLSX, safely and in bounded memory."""

from ka_crm.lib.spreadsheets.cells import BadCell, Cell, cell_text
from ka_crm.lib.spreadsheets.inert import inert
from ka_crm.lib.spreadsheets.refusal import FileRefused
from ka_crm.lib.spreadsheets.table import Table, open_table

__all__ = ["BadCell", "Cell", "FileRefused", "Table", "cell_text", "inert", "open_table"]
