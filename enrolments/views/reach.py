"""Whose page it is: a provider's own people, or a reader of its sample; for everybody else it does not exist."""

import uuid

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from enrolments.models import Enrolment
from enrolments.permissions import SAMPLE_READERS, visible_to
from enrolments.queries.roll import with_people
from portal.permissions import holds
from providers.models import Provider
from providers.permissions import mine


def kept_roll(request: HttpRequest, public_id: uuid.UUID) -> Provider:
    """A provider whose roll the person keeps here."""
    return get_object_or_404(mine(request.user).filter(keeps_roll=True), public_id=public_id)


def seen_roll(request: HttpRequest, public_id: uuid.UUID) -> tuple[Provider, bool]:
    """A provider whose roll the person may see, and whether it is its own."""
    if provider := mine(request.user).filter(public_id=public_id, keeps_roll=True).first():
        return provider, True
    provider = Provider.objects.filter(public_id=public_id, keeps_roll=True).first()
    if provider is None or not holds(request.user, SAMPLE_READERS, provider.area_path):
        raise Http404
    return provider, False


def seen_spells(request: HttpRequest) -> QuerySet[Enrolment]:
    """Spells the person may see, with what a page shows."""
    return with_people(visible_to(request.user))


def own_spell(request: HttpRequest, public_id: uuid.UUID) -> Enrolment:
    """A spell at a provider whose roll the person keeps."""
    provider_ids = mine(request.user).filter(keeps_roll=True).values("pk")
    return get_object_or_404(with_people(Enrolment.objects.filter(provider__in=provider_ids)), public_id=public_id)
