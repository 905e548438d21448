"""What every list page and every form page of inspections does the same way."""

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.problems import Refusal

PAGE_SIZE = 30

VISIT_KINDS = {
    "PLANNED": "info",
    "UNDER_WAY": "warn",
    "FINISHED": "neutral",
    "PUBLISHED": "good",
    "CANCELLED": "neutral",
}
FINDING_KINDS = {"OPEN": "warn", "ANSWERED": "info", "CLEARED": "good", "WITHDRAWN": "neutral"}
RESULT_KINDS = {"CONFORMS": "good", "CORRECT": "warn", "MAJOR": "bad"}
ASSESSMENT_KINDS = {"SCORED": "info", "CONFIRMED": "good", "RETURNED": "warn"}


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page of a list that was asked for; a number beyond the end gives the last page."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def refused(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    """Show an action's refusal beside the form that caused it."""
    form.add_error(field, refusal.message)
