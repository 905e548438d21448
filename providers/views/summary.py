"""A filing in words: its parts as rows of label and value, its faults as links."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.models import Area
from portal.money import yuan
from providers.models import Authority, Band, Crs, Kind, Mode
from providers.queries.applications import StepFault
from providers.rules.documents import KINDS
from providers.views.steps import title_of

Url = Callable[[str], str]


def city() -> Area | None:
    """The city this portal serves."""
    return Area.objects.filter(code=settings.CITY_CODE).first()


def parts(data: dict[str, Any], url: Url | None = None) -> list[dict[str, Any]]:
    """The steps of a filing with their rows; `url` gives the change links (None: nothing can be changed)."""
    rows = {"identity": _identity, "place": _place, "classes": _classes}
    found = []
    for step, rows_of in rows.items():
        filled = bool(data.get(step))
        found.append(
            {
                "step": step,
                "title": title_of(step),
                "rows": rows_of(data) if filled else [],
                "url": f"{url(step)}?back=check" if url else "",
            }
        )
    return found


def papers(data: dict[str, Any], paper_url: Callable[[str], str]) -> list[dict[str, Any]]:
    """The papers of a filing for the `uploads` list."""
    found, kept = [], data.get("papers") or {}
    for code, paper in [(code, kept[code]) for code in KINDS if code in kept]:
        note = _("Valid until %(day)s") % {"day": paper["to"]} if paper.get("to") else ""
        kind = KINDS[code]
        found.append(
            {
                "kind": _(kind.name),
                "name": paper.get("name", ""),
                "url": paper_url(code),
                "size": paper.get("size"),
                "note": note,
            }
        )
    return found


def faults(found: list[StepFault], url: Url) -> list[dict[str, str]]:
    """Faults with the page where each is put right."""
    return [
        {
            "title": title_of(fault.step),
            "message": fault.message,
            "url": f"{url(fault.step)}?back=check" + (f"#id_{fault.field}" if fault.field else ""),
        }
        for fault in found
    ]


def _identity(data: dict[str, Any]) -> list[tuple[str, str]]:
    values = data["identity"]
    return [
        (_("Name of the provider"), values["name"]),
        (_("Type of provider"), Kind(values["kind"]).label),
        (_("Unified social credit code"), values["credit_code"]),
        (_("Registration authority"), Authority(values["authority"]).label),
        (_("Legal representative"), values["legal_person"]),
        (_("Head of the provider"), values["head"]),
        (_("Phone for parents"), values["phone"]),
        (_("Are meals served?"), _("Yes") if values["serves_meals"] else _("No")),
    ]


def _place(data: dict[str, Any]) -> list[tuple[str, str]]:
    values = data["place"]
    street = Area.objects.filter(code=values["street"]).select_related("parent").first()
    lease = _("Own premises")
    if values.get("lease_from"):
        lease = _("%(start)s to %(end)s") % {"start": values["lease_from"], "end": values["lease_to"]}
    point = f"{values['given_lng']}, {values['given_lat']} ({Crs(values['crs']).label})"
    return [
        (_("Subdistrict or town"), f"{street.parent.name if street.parent else ''} {street.name}" if street else "—"),
        (_("Address"), values["address"]),
        (_("Point"), point),
        (_("Building area (m²)"), str(values["building_m2"])),
        (_("Outdoor area (m²)"), str(values["outdoor_m2"])),
        (_("Lease"), lease),
    ]


def _classes(data: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for group in data["classes"]:
        words = [_("%(band)s, %(places)s places") % {"band": Band(group["band"]).label, "places": group["places"]}]
        if group.get("inclusive"):
            words.append(_("%(places)s inclusive asked for") % {"places": group["inclusive"]})
        fees = [(mode, group["fees"][mode]) for mode in Mode.values if mode in group["fees"]]
        words += [f"{Mode(mode).label} ¥{yuan(fen).removesuffix('.00')}" for mode, fen in fees]
        rows.append((group["name"], " · ".join(words)))
    whole = sum(group["places"] for group in data["classes"])
    rows.append((_("Places in all"), str(whole)))
    return rows
