"""The register of providers over REST: list, one row with its ETag, public contact, free places told by a system."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.etags import EtagMixin
from portal.api.idempotency import idempotent
from portal.identifiers import parse_phone
from portal.wording import Fault
from providers.actions.contact import update_contact
from providers.actions.vacancies import declare_vacancies
from providers.forms.listing import ProviderFilter
from providers.models import Provider
from providers.permissions import mine, visible_to
from providers.queries.applications import told

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you saw.")
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="Pressing twice does it once.")


class ProviderSerializer(serializers.ModelSerializer):
    """A provider as its officers and its own people read it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    street_code = serializers.CharField(source="street.code", read_only=True)
    street_name = serializers.CharField(source="street.name", read_only=True)

    class Meta:
        model = Provider
        fields = [
            "id", "code", "name", "kind", "credit_code", "authority", "street_code", "street_name", "address", "lng",
            "lat", "phone", "standing", "filed_on", "keeps_roll", "confirmed_at", "version",
        ]  # fmt: skip


class ContactSerializer(serializers.Serializer):
    """What an owner may change without a filing."""

    phone = serializers.CharField(max_length=30, required=False)
    head = serializers.CharField(max_length=60, required=False, allow_blank=True)
    intro = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def validate_phone(self, value: str) -> str:
        """A number one can dial."""
        try:
            return parse_phone(value)
        except Fault as fault:
            raise serializers.ValidationError(told(fault)) from fault


class FreeSerializer(serializers.Serializer):
    """Free places of one class."""

    class_code = serializers.CharField(max_length=40)
    free_full = serializers.IntegerField(min_value=0, max_value=999)
    free_half = serializers.IntegerField(min_value=0, max_value=999, default=0)


class VacancySerializer(serializers.Serializer):
    """Free places of a provider that keeps its roll elsewhere."""

    valid_until = serializers.DateField()
    classes = FreeSerializer(many=True, allow_empty=False)


class ToldSerializer(serializers.Serializer):
    """What was told."""

    classes = serializers.IntegerField()
    valid_until = serializers.DateField()


class Providers(generics.ListAPIView):
    """Providers under your areas and posts."""

    serializer_class = ProviderSerializer
    filterset_class = ProviderFilter
    throttle_scope = "api"
    queryset = Provider.objects.none()

    def get_queryset(self) -> Any:
        """What the person may see, by code."""
        return visible_to(self.request.user).select_related("street").order_by("code")


class OneProvider(EtagMixin, APIView):
    """One provider: read it with its ETag, change its public contact."""

    throttle_scope = "api"

    def _row(self, request: Request, public_id: uuid.UUID) -> Provider:
        return get_object_or_404(visible_to(request.user).select_related("street"), public_id=public_id)

    @extend_schema(operation_id="provider_read", responses=ProviderSerializer)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The provider, 304 when you have this version."""
        row = self._row(request, public_id)
        return self.answer(row, ProviderSerializer(row).data)

    @extend_schema(
        operation_id="provider_update",
        request=ContactSerializer,
        responses=ProviderSerializer,
        parameters=[IF_MATCH, KEY],
    )
    @idempotent
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Change phone, head or introduction; needs If-Match."""
        row = self._row(request, public_id)
        version = self.seen_version(row)
        contact = ContactSerializer(data=request.data)
        contact.is_valid(raise_exception=True)
        update_contact(row.pk, version=version, by=request.user, **contact.validated_data)
        row = self._row(request, public_id)
        return self.answer(row, ProviderSerializer(row).data)


class Vacancies(APIView):
    """Free places told by a provider's own system."""

    throttle_scope = "api"

    @extend_schema(
        operation_id="provider_vacancies", request=VacancySerializer, responses=ToldSerializer, parameters=[KEY]
    )
    @idempotent
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Tell free places per class, good until a day."""
        provider = get_object_or_404(mine(request.user), public_id=public_id)
        told_now = VacancySerializer(data=request.data)
        told_now.is_valid(raise_exception=True)
        groups = {group.code: group.pk for group in provider.class_groups.all()}
        free = {}
        for number, row in enumerate(told_now.validated_data["classes"]):
            if row["class_code"] not in groups:
                raise serializers.ValidationError({"classes": {number: {"class_code": ["unknown"]}}})
            free[groups[row["class_code"]]] = (row["free_full"], row["free_half"])
        declare_vacancies(provider.pk, free=free, valid_until=told_now.validated_data["valid_until"], by=request.user)
        return Response({"classes": len(free), "valid_until": told_now.validated_data["valid_until"]})
