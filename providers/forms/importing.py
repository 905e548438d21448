"""Reading a list of providers (CSV, .xlsx, .xls): every bad cell by its address, before anything is written."""

import json
from collections import Counter
from collections.abc import Callable
from typing import IO, Any

from django.utils.translation import gettext as _

from portal import clock
from portal.identifiers import parse_phone
from portal.models import Area, AreaLevel
from portal.sheets import Column, Table, read_table, read_tables
from portal.sheets.parse import day, degrees, one_of, text, whole
from portal.sheets.read import Row, UnreadableTable
from portal.wording import Fault
from providers.actions.importing import MODES, ClassRow, ProviderRow, places_now
from providers.models import Authority, Band, Crs, Kind, Provider
from providers.queries import limits, locating
from providers.queries.applications import told
from providers.rules.registration import check_registration


def _words(choices: Any, **more: str) -> Callable[[str], str]:
    """Codes of a list of choices, by code or by the words of either language."""
    return one_of(
        {value: value for value in choices.values} | {str(label): value for value, label in choices.choices} | more
    )


def _fees(column: str) -> Column:
    zh = {"fee_full_fen": "全日托收费（分/月）", "fee_half_fen": "半日托收费（分/月）"}[column]
    return Column(column, zh, whole(0, 99_999_999), required=False)


KINDS = {
    "托育综合服务中心": "CENTRE",
    "公办托育机构": "PUBLIC",
    "公建民营托育机构": "PUB_PRIV",
    "公办民营托育机构": "PUB_PRIV",
    "社区托育点": "COMMUNITY",
    "幼儿园托班": "KINDER",
    "用人单位办托": "EMPLOYER",
    "民办非营利托育机构": "PRIVATE_NP",
    "民办营利托育机构": "PRIVATE_FP",
    "家庭托育点": "FAMILY",
}

CLASS_COLUMNS = [
    Column("class_code", "班级编码", text(40), example="C1"),
    Column("band", "班型", _words(Band, 乳儿班="INFANT", 托小班="YOUNGER", 托大班="OLDER", 混合班="MIXED")),
    Column("places", "托位数", whole(1, 999)),
    Column("inclusive_places", "普惠托位数", whole(0, 999), required=False, default=0),
    _fees("fee_full_fen"),
    _fees("fee_half_fen"),
    Column("from", "起始日", day, required=False, hint="missing: the filing day"),
]
PROVIDER_CODE = Column("provider_code", "机构编码", text(40))
COLUMNS = [
    Column("code", "机构编码", text(40), example="440105-000001"),
    Column("name", "机构名称", text(100)),
    Column("kind", "机构类型", _words(Kind, **KINDS)),
    Column("credit_code", "统一社会信用代码", text(40)),
    Column("authority", "登记机关", _words(Authority, 机构编制部门="ORGN", 民政部门="CIVIL", 市场监管部门="MARKET")),
    Column("street_code", "街镇代码", text(12), example="440105001"),
    Column("address", "地址", text(200)),
    Column("lng", "经度", degrees),
    Column("lat", "纬度", degrees),
    Column("crs", "坐标系", one_of({value: value for value in Crs.values}), required=False, default=Crs.WGS84.value),
    Column("filed_on", "备案日期", day, required=False, hint="missing: not filed yet"),
    Column("phone", "联系电话", parse_phone, required=False, default=""),
    Column("classes", "班级", text(20_000), required=False, default="", hint="JSON, or a second sheet “classes”"),
]
SHEETS = {"providers": COLUMNS, "classes": [PROVIDER_CODE, *CLASS_COLUMNS]}


def read(file: IO[bytes]) -> tuple[list[ProviderRow], list[str]]:
    """The rows and every fault, each with its address. Raises portal.sheets.UnreadableTable."""
    tables = _tables(file)
    return Reader(*tables).read()


def _tables(file: IO[bytes]) -> tuple[Table, Table | None]:
    """The providers, and the classes where the file has a second sheet."""
    try:
        found = read_tables(file, {0: COLUMNS, 1: [PROVIDER_CODE, *CLASS_COLUMNS]})
        return found[0], found[1]
    except UnreadableTable:
        return read_table(file, COLUMNS), None


class Reader:
    """One reading of a list against what is there."""

    def __init__(self, providers: Table, classes: Table | None) -> None:
        self.providers, self.classes = providers, classes
        self.streets = {a.code: a for a in Area.objects.filter(level=AreaLevel.STREET).defer("outline")}
        self.outlines = locating.outlined()
        self.limits: dict[str, Any] = {}
        self.rows: dict[str, tuple[Row, list[ClassRow]]] = {}

    def read(self) -> tuple[list[ProviderRow], list[str]]:
        """Everything, judged."""
        found = [self._provider(row) for row in self.providers.rows]
        self._classes_of_sheet()
        self._twice()
        self._against_register()
        problems = self.providers.problems + (self.classes.problems if self.classes else [])
        if problems:
            return [], [str(problem) for problem in problems]
        return [ProviderRow(*parts, classes=tuple(self.rows[parts[0]][1])) for parts in found if parts], []

    def _provider(self, row: Row) -> tuple | None:
        """(code, columns, street, filed_on); faults are noted at their cells."""
        table, before = self.providers, len(self.providers.problems)
        self.rows.setdefault(row["code"], (row, []))
        credit_code = row["credit_code"]
        try:
            credit_code = check_registration(row["kind"], row["authority"], credit_code).code
        except Fault as fault:
            table.fault(row, "authority" if fault.code == "USCC_AUTHORITY" else "credit_code", told(fault))
        street = self.streets.get(row["street_code"])
        if street is None:
            table.fault(row, "street_code", _("No subdistrict or town has this code."))
            return None
        point = None
        try:
            point = locating.locate(row["lng"], row["lat"], row["crs"], street, outlines=self.outlines)
        except Fault as fault:
            table.fault(row, "lng", told(fault))
        if row["filed_on"] and row["filed_on"] > clock.today():
            table.fault(row, "filed_on", _("This day has not come yet."))
        self._classes_of_cell(row)
        if len(table.problems) > before or point is None:
            return None
        columns = {name: row[name] for name in ("name", "kind", "authority", "address", "crs", "phone")} | {
            "credit_code": credit_code, "street_id": street.pk, "area_path": street.path, "lng": round(point.lng, 7),
            "lat": round(point.lat, 7), "given_lng": row["lng"], "given_lat": row["lat"],
        }  # fmt: skip
        return row["code"], columns, street, row["filed_on"]

    def _classes_of_cell(self, row: Row) -> None:
        """Classes written as JSON beside the provider."""
        if not row["classes"]:
            return
        try:
            given = json.loads(row["classes"])
            if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
                raise ValueError
        except ValueError:
            message = _(
                'This is not a JSON list of classes like [{"class_code": "C1", "band": "OLDER", "places": 20}].'
            )
            self.providers.fault(row, "classes", message)
            return
        for item in given:
            if unknown := sorted(set(item) - {column.name for column in CLASS_COLUMNS}):
                self.providers.fault(row, "classes", _("“%(name)s” is not known.") % {"name": unknown[0]})
            values = {}
            for column in CLASS_COLUMNS:
                values[column.name] = self._item(row, column, item.get(column.name))
            self._class(self.providers, row, "classes", row["code"], values)

    def _item(self, row: Row, column: Column, value: Any) -> Any:
        """One value of a class in JSON, read as a cell would be."""
        if value is None or value == "":
            if column.required:
                self.providers.fault(row, "classes", _("“%(column)s” must not be empty.") % {"column": column.name})
            return column.default
        try:
            return column.parse(str(value))
        except Fault as fault:
            self.providers.fault(row, "classes", f"{column.name}: {told(fault)}")
            return None

    def _classes_of_sheet(self) -> None:
        for row in self.classes.rows if self.classes else []:
            if row["provider_code"] not in self.rows:
                self.classes.fault(row, "provider_code", _("The first sheet has no provider with this code."))
                continue
            self._class(self.classes, row, "places", row["provider_code"], row.values)

    def _class(self, table: Table, row: Row, cell: str, code: str, values: dict[str, Any]) -> None:
        """Judge one class and keep it with its provider."""
        provider, kept = self.rows[code]
        from_day = values["from"] or provider["filed_on"] or clock.today()
        if values["band"] is None or values["places"] is None:
            return
        street = self.streets.get(provider["street_code"])
        path = street.path if street else ""
        if path not in self.limits:
            self.limits[path] = limits.limits_at(path, clock.today())
        others = sum(group.places for group in kept)
        message = limits.message_of(
            provider["kind"],
            values["band"],
            values["places"],
            others=others,
            limits=self.limits[path],
            on=clock.today(),
        )
        if message:
            table.fault(row, cell, message)
        if (values["inclusive_places"] or 0) > values["places"]:
            name = "inclusive_places" if cell != "classes" else cell
            table.fault(row, name, _("There cannot be more inclusive places than places."))
        if provider["filed_on"] and from_day < provider["filed_on"] <= clock.today():
            name = "from" if cell != "classes" else cell
            table.fault(row, name, _("A class cannot open before the filing day."))
        fees = {mode: values[name] for name, modes in MODES.items() for mode in modes if values[name] is not None}
        kept.append(
            ClassRow(
                code,
                values["class_code"] or "",
                values["band"],
                values["places"],
                values["inclusive_places"] or 0,
                fees,
                from_day,
            )
        )

    def _twice(self) -> None:
        """Codes and addresses that the list itself has twice."""
        codes = Counter(row["code"] for row in self.providers.rows)
        places = Counter((row["credit_code"].upper(), row["address"]) for row in self.providers.rows)
        for row in self.providers.rows:
            if codes[row["code"]] > 1:
                self.providers.fault(row, "code", _("This code stands in the list twice."))
            elif places[row["credit_code"].upper(), row["address"]] > 1:
                self.providers.fault(row, "address", _("The same credit code and address stand in the list twice."))
        for code, (row, kept) in self.rows.items():
            twice = [name for name, count in Counter(group.class_code for group in kept).items() if count > 1]
            if twice:
                text_ = _("The class “%(name)s” of this provider stands in the list twice.") % {"name": twice[0]}
                self.providers.fault(row, "code" if self.classes else "classes", text_ or code)

    def _against_register(self) -> None:
        """Providers at the same place under another code; classes that are there with other numbers."""
        addresses = [row["address"] for row in self.providers.rows]
        known = Provider.objects.filter(address__in=addresses).values_list("credit_code", "address", "code")
        there = {(credit_code, address): code for credit_code, address, code in known}
        for row in self.providers.rows:
            other = there.get((row["credit_code"].upper(), row["address"]))
            if other is not None and other != row["code"]:
                message = _("A provider with this credit code is registered at this address already: %(code)s.")
                self.providers.fault(row, "address", message % {"code": other})
        now = places_now(list(self.rows))
        for code, (row, kept) in self.rows.items():
            for group in kept:
                found = now.get((code, group.class_code))
                if found is not None and found != (group.band, group.places):
                    message = _(
                        "The class “%(name)s” is here with %(places)s places. Change it in the portal, from a day on."
                    )
                    self.providers.fault(row, "code", message % {"name": group.class_code, "places": found[1]})
