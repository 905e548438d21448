"""The components every page is made of, for whoever writes a template (docs/components.md).

The library is a template builtin: no {% load %}. Items of lists may be dicts or objects; missing keys are empty.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from portal import browsers
from portal.components import ICONS, NOTHING, component, flat, form_errors, kind_of, part, parts
from portal.money import yuan as in_yuan
from portal.numbers import Count

register = template.Library()
# A cell whose template gave nothing but line breaks: only without them is it :empty, and no card row on a phone.
EMPTY_CELL = re.compile(r"(<t[dh]\b[^>]*>)\s+(</t[dh]>)")

# --- words and numbers -----------------------------------------------------------------------------------------------


@register.filter
def yuan(fen: int | None) -> str:
    """Whole fen as yuan without sign: 123450 → 1,234.50; None → a dash."""
    if fen is None or fen == "":
        return NOTHING
    return in_yuan(int(fen))


@register.simple_tag
def money(fen: int | None, short: bool = False) -> SafeString:
    """Whole fen as ¥1,234.50 in figures of one width; `short` drops .00."""
    text = yuan(fen)
    if text == NOTHING:
        return format_html('<span class="money">{}</span>', text)
    if short:
        text = text.removesuffix(".00")
    sign = "-" if text.startswith("-") else ""
    return format_html('<span class="money">{}¥{}</span>', sign, text.removeprefix("-"))


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2025-07-10, for tables and papers; None → a dash."""
    if not value:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


@register.filter
def last_day(after: date | None) -> str:
    """The last day of a span, from the first day after it; None (open) → a dash."""
    return day(after and after - timedelta(days=1))


@register.filter
def span(during: Any) -> str:
    """A span [first, after) as 2025-01-01 – 2029-12-31, or 2025-01-01 起 / since 2025-01-01 while its end is open."""
    if during.upper is None:
        return gettext("since %(day)s") % {"day": day(during.lower)}
    return f"{day(during.lower)} – {last_day(during.upper)}"


@register.filter
def also(name: str, other: str) -> str:
    """Two names side by side: 甲、乙 / A, B."""
    return gettext("%(one)s, %(other)s") % {"one": name, "other": other}


@register.filter
def device(user_agent: str) -> str:
    """The browser and system behind a User-Agent, as its owner would name them; unknown → said so."""
    browser, system = browsers.name(user_agent)
    return " · ".join(filter(None, (browser, system))) or gettext("Unknown browser")


@register.filter
def counted(value: int) -> Count:
    """A number of things for a sentence: `{% blocktranslate count n=rows.count|counted %}`."""
    return Count(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A moment as 2025-07-10 14:30 Beijing time; None → a dash."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else NOTHING


@register.filter
def month(value: date | None) -> str:
    """A month as 2025年7月 / July 2025; None → a dash."""
    if not value:
        return NOTHING
    return f"{value.year}年{value.month}月" if (get_language() or "").startswith("zh") else date_format(value, "F Y")


@register.filter
def file_size(size: int | None) -> str:
    """Bytes as KB or MB; None → nothing."""
    if not size:
        return ""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing that says nothing by itself (hidden from screen readers)."""
    return format_html('<svg class="ico" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


@register.simple_tag
def status(code: str, label: str, kind: str = "neutral") -> SafeString:
    """A state in words, with a shape and a colour. `code` lands in data-status."""
    return format_html('<span class="tag tag--{}" data-status="{}">{}{}</span>', kind_of(kind), code, icon(kind), label)


@register.simple_tag
def days_left(days: int | None, working: bool = False) -> SafeString | str:
    """How many days are left, as a tag: red when overdue, amber up to 2 days; None → nothing.

    `working` says that they are working days, as the statutory clocks count them; else they are days of the calendar.
    """
    if days is None or days == "":
        return ""
    if days < 0:
        if working:
            late = ngettext("Overdue by %(n)s working day", "Overdue by %(n)s working days", -days)
        else:
            late = ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", -days)
        return status("overdue", late % {"n": -days}, "bad")
    if days == 0:
        return status("today", gettext("Due today"), "warn")
    if working:
        left = ngettext("%(n)s working day left", "%(n)s working days left", days)
    else:
        left = ngettext("%(n)s day left", "%(n)s days left", days)
    return status("left", left % {"n": days}, "warn" if days <= 2 else "neutral")


@register.simple_tag
def who_when(who: Any, when: date | datetime | None, verb: str = "") -> SafeString | str:
    """Who confirmed a number and when; unknown is said, not hidden. `verb` replaces “Confirmed”."""
    at = moment(when) if isinstance(when, datetime) else day(when)
    if not when:
        text = gettext("Not confirmed yet")
    elif who:
        text = gettext("%(verb)s by %(who)s on %(at)s") % {"verb": verb or gettext("Confirmed"), "who": who, "at": at}
    else:
        text = gettext("%(verb)s on %(at)s") % {"verb": verb or gettext("Confirmed"), "at": at}
    return format_html('<span class="who">{}</span>', text)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the last one has no url."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


# --- blocks around your own HTML -------------------------------------------------------------------------------------


@register.simple_block_tag
def note(content: str, kind: str = "info", title: str = "") -> SafeString:
    """A notice: info, good, warn or bad."""
    return component("note", content=content, kind=kind_of(kind), title=title)


@register.simple_block_tag
def panel(content: str, title: str = "", url: str = "", link: str = "") -> SafeString:
    """A bordered group with a heading and perhaps one link at its right."""
    return component("panel", content=content, title=title, url=url, link=link)


@register.simple_block_tag
def more(content: str, title: str) -> SafeString:
    """A part folded away until asked for."""
    return component("more", content=content, title=title)


@register.simple_block_tag
def emptystate(content: str, title: str, icon_name: str = "box") -> SafeString:
    """What a list says when it has nothing: a title, why, and the next step as content."""
    return component("empty", content=content, title=title, icon_name=icon_name)


@register.simple_block_tag
def datatable(
    content: str, caption: str, unit: str = "", note: str = "", cards: bool = False, size: str = "", css: str = ""
) -> SafeString:
    """A table: caption, unit, sticky head, side scroll on small screens. `cards` turns rows into cards on phones
    (cells need data-label). size: "" | "wide" (scrolls sideways also on desktop) | "tall" (scrolls in itself)."""
    content = mark_safe(EMPTY_CELL.sub(r"\1\2", content))  # the tag's own output, rendered and escaped already
    return component(
        "datatable", content=content, caption=caption, unit=unit, note=note, cards=cards, size=size, css=css
    )


@register.simple_block_tag
def fact(content: str, label: str, url: str = "", change: str = "") -> SafeString:
    """One row inside <dl class="facts">: label, your HTML, and a change link when url is given."""
    return component("fact", content=content, label=label, url=url, change=change)


# --- lists and pictures of data --------------------------------------------------------------------------------------


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any], url: str = "") -> dict[str, Any]:
    """Facts or “check your answers”: rows of (label, value[, change url]) or dicts label, value, url, change."""
    keys = ("label", "value", "url", "change")
    items = [
        dict(zip(keys, (*row, "", "", ""), strict=False)) if isinstance(row, tuple | list) else row for row in rows
    ]
    return {"rows": parts(items, *keys)}


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[Any], none: str = "") -> dict[str, Any]:
    """To-do items: label or title, url, hint, days_left, working, count, status=(code, label, kind)."""
    rows = []
    for item in items or ():
        row = parts([item], "title", "label", "url", "hint", "count", "status")[0]
        days = {"days_left": part(item, "days_left", None), "working": part(item, "working", False)}
        rows.append(row | {"title": row["title"] or row["label"]} | days)
    return {"items": rows, "none": none}


@register.inclusion_tag("components/tiles.html")
def tiles(items: Iterable[Any]) -> dict[str, Any]:
    """Numbers at a glance: label, value, unit, note, who, when, url, kind."""
    rows = parts(items, "label", "value", "unit", "note", "who", "when", "url", "kind")
    return {"items": [row | {"kind": kind_of(row["kind"] or "neutral")} for row in rows]}


@register.inclusion_tag("components/figures.html")
def figures(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Key figures in a line: (label, value) pairs."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/progress.html")
def progress(value: int, total: int, label: str, unit: str = "") -> dict[str, Any]:
    """How far a piece of work is: value of total, with the numbers in words."""
    total = max(int(total or 0), 0)
    value = min(max(int(value or 0), 0), total)
    return {"value": value, "total": total, "label": label, "unit": unit}


@register.inclusion_tag("components/clock.html")
def clock(used: int | None, total: int, due: date | None = None, label: str = "") -> dict[str, Any]:
    """A statutory clock: working days used of those allowed; amber with 2 left, red when overdue. None: not running."""
    left = None if used is None else total - used
    kind = "over" if left is not None and left < 0 else "warn" if left is not None and left <= 2 else "run"
    return {
        "used": used,
        "shown": min(used or 0, total),
        "total": total,
        "due": due,
        "label": label,
        "left": left,
        "late": -left if left is not None and left < 0 else 0,
        "kind": kind,
    }


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], current: int, flat: bool = False) -> dict[str, Any]:
    """Where a case stands: labels or dicts label, note; `current` counts from 1, beyond the end = all done."""
    rows = []
    for number, item in enumerate(items, 1):
        row = {"label": item, "note": ""} if isinstance(item, str) else parts([item], "label", "note")[0]
        rows.append(row | {"state": "done" if number < current else "now" if number == current else "todo"})
    return {"items": rows, "flat": flat}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """The history of a case, newest first as given: title, at, by, text, url, kind."""
    rows = parts(events, "title", "at", "by", "text", "url", "kind")
    return {"events": [row | {"kind": kind_of(row["kind"] or "neutral")} for row in rows]}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: template.Context, items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Views of one thing as links: label, url, current, count. Without `current`, the page's own path decides."""
    rows = parts(items, "label", "url", "current", "count")
    request = context.get("request")
    if request and not any(row["current"] for row in rows):
        for row in rows:
            row["current"] = row["url"] == request.path
    return {"items": rows, "label": label}


@register.inclusion_tag("components/uploads.html")
def uploads(items: Iterable[Any]) -> dict[str, Any]:
    """Papers handed in: kind, name, url, size, note, status=(code, label, kind), remove_url."""
    return {"items": parts(items, "kind", "name", "url", "size", "note", "status", "remove_url")}


@register.inclusion_tag("components/explain.html")
def explain(lines: Iterable[Any], total_label: str = "", total: str = "") -> dict[str, Any]:
    """Every yuan has its reason: title, clause, clause_url, numbers (str or (name, value) each), rounding, result."""
    rows = parts(lines, "title", "clause", "clause_url", "numbers", "rounding", "result")
    for row in rows:
        found = [row["numbers"]] if isinstance(row["numbers"], str) else row["numbers"]
        row["numbers"] = [f"{n[0]} {n[1]}" if isinstance(n, tuple | list) else n for n in found if n]
    return {"lines": rows, "total_label": total_label, "total": total}


@register.inclusion_tag("components/barchart.html")
def barchart(
    rows: Iterable[Any], caption: str, unit: str = "", name: str = "", value_label: str = "", target_label: str = ""
) -> dict[str, Any]:
    """Bars with their numbers in one table: rows label, value, target, url, note. The mark on a bar is the target."""
    found = parts(rows, "label", "value", "target", "url", "note")
    top = max((float(row[key] or 0) for row in found for key in ("value", "target")), default=0) or 1
    has_target = any(row["target"] != "" for row in found)
    for row in found:
        value, target = float(row["value"] or 0), float(row["target"] or 0)
        row |= {"width": f"{value / top * 100:.2f}", "mark": f"{min(target / top * 100, 99.4):.2f}"}
        row["under"] = row["target"] != "" and value < target
    return {
        "rows": found,
        "caption": caption,
        "unit": unit,
        "name": name,
        "value_label": value_label,
        "target_label": target_label,
        "has_target": has_target,
    }


@register.inclusion_tag("components/columns.html")
def columns(rows: Iterable[Any], caption: str, unit: str = "", name: str = "", value_label: str = "") -> dict[str, Any]:
    """A run of months as columns with its table beneath: rows label, value, short (label under the column)."""
    found = parts(rows, "label", "value", "short")
    top = max((float(row["value"] or 0) for row in found), default=0) or 1
    step = 480 / max(len(found), 1)
    for number, row in enumerate(found):
        height = float(row["value"] or 0) / top * 150
        row |= {"x": f"{number * step + step * 0.15:.1f}", "y": f"{175 - height:.1f}", "h": f"{height:.1f}"}
        row |= {"w": f"{step * 0.7:.1f}", "mid": f"{number * step + step / 2:.1f}", "text_y": f"{169 - height:.1f}"}
        row["short"] = row["short"] or row["label"]
    return {"rows": found, "caption": caption, "unit": unit, "name": name, "value_label": value_label}


# --- lists of rows and forms -----------------------------------------------------------------------------------------


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, param: str = "page") -> dict[str, Any]:
    """Paging of a Django Page, keeping the query string."""
    request = context["request"]

    def link(number: int) -> str:
        query = request.GET.copy()
        query[param] = number
        return f"?{query.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [{"number": n, "url": link(n) if isinstance(n, int) else "", "here": n == page.number} for n in shown]
    return {
        "page": page,
        "links": links,
        "before": link(page.number - 1) if page.has_previous() else "",
        "after": link(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("components/filterbar.html", takes_context=True)
def filterbar(context: template.Context, form: BaseForm, submit: str = "", title: str = "") -> dict[str, Any]:
    """Search and filters of a list as a GET form (pass filterset.form); folded on phones, says how many were set."""
    asked = context["request"].GET  # not form.data: what a list presets for itself nobody has set
    active = sum(1 for name in form.fields if any(asked.getlist(form.add_prefix(name))))
    return {"form": form, "active": active, "path": context["request"].path, "submit": submit, "title": title}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | Iterable[BaseForm]) -> dict[str, Any]:
    """All faults of one or more forms or formsets at the top of the page, each a link to its field."""
    found: list[dict[str, str]] = []
    for form in flat(forms):
        if isinstance(form, BaseFormSet):
            if form.is_bound:
                found += [{"href": "", "label": "", "text": text} for text in form.non_form_errors()]
        elif form.is_bound:
            found += form_errors(form)
    return {"errors": found}
