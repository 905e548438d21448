"""Excel in and out, as officials use it: printed lists with heads, units and totals; imports with faults by cell."""

from portal.sheets.read import Cell, Column, Row, Table, UnreadableTable, read_table, read_tables
from portal.sheets.template import csv_template, template
from portal.sheets.write import Field, Sheet, csv_response, disarmed, response, workbook

__all__ = [
    "Cell",
    "Column",
    "Field",
    "Row",
    "Sheet",
    "Table",
    "UnreadableTable",
    "csv_response",
    "csv_template",
    "disarmed",
    "read_table",
    "read_tables",
    "response",
    "template",
    "workbook",
]
