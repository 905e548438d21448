"""The parents' search as JSON: a plain view, because serializers cost two thirds of its throughput."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from portal import clock
from portal.permissions import public
from portal.problems import problem
from providers.api.throttle import Counted
from providers.models import Kind
from providers.queries.asked import MODES, Unanswerable, read
from providers.queries.nearby import ORDERS, Found, nearby


@public
def search(request: HttpRequest) -> HttpResponse:
    """Any program or page asks for the providers near a point; no login, no trace of who asked."""
    if request.method not in ("GET", "HEAD"):
        answer = problem(405, "method-not-allowed", _("Ask with GET."))
        answer["Allow"] = "GET, HEAD"
        return answer
    throttle = Counted()
    if not throttle.allow_scope(request, "search"):
        answer = problem(429, "throttled", _("Too many questions. Wait a little and ask again."))
        answer["Retry-After"] = str(math.ceil(throttle.wait()))
        return answer
    try:
        asked = read(dict(request.GET.lists()), on=clock.today())
    except Unanswerable as fault:
        errors = [{"parameter": name, "detail": text} for name, text in fault.faults.items()]
        first = errors[0]
        return problem(400, "invalid-parameter", first["detail"], parameter=first["parameter"], errors=errors)
    found = nearby(asked)
    return JsonResponse(
        {"complete_within_m": found.complete_within_m, "results": [as_json(row) for row in found.results]},
        json_dumps_params={"ensure_ascii": False},
    )


def as_json(row: Found) -> dict[str, Any]:
    """One result as the contract writes it."""
    return {
        "id": str(row.public_id),
        "name": row.name,
        "kind": row.kind,
        "lng": row.lng,
        "lat": row.lat,
        "distance_m": round(row.distance_m, 1),
        "fee_fen": row.fee_fen,
        "free_places": row.free_places,
        "rating": row.rating,
        "inclusive": row.inclusive,
        "confirmed_at": row.confirmed_at.astimezone(clock.SHANGHAI).isoformat() if row.confirmed_at else None,
    }


class FoundSchema(serializers.Serializer):
    """A provider that fits, with its best fitting class."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    distance_m = serializers.FloatField()
    fee_fen = serializers.IntegerField(allow_null=True, help_text="A month; hourly and occasional care: a time.")
    free_places = serializers.IntegerField(allow_null=True, help_text="In the asked month; null = ask by phone.")
    rating = serializers.IntegerField(allow_null=True, help_text="1 to 5; null = unrated.")
    inclusive = serializers.BooleanField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class NearbySchema(serializers.Serializer):
    """The list, and how far around the point nothing that fits is missing from it."""

    complete_within_m = serializers.IntegerField()
    results = FoundSchema(many=True)


class ParameterFaultSchema(serializers.Serializer):
    """One parameter that cannot be answered."""

    parameter = serializers.CharField()
    detail = serializers.CharField()


class SearchProblemSchema(serializers.Serializer):
    """Problem JSON (RFC 9457) that names the parameters at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    parameter = serializers.CharField(required=False)
    errors = ParameterFaultSchema(many=True, required=False)


def _integer(name: str, low: int, high: int, about: str, default: int | None = None) -> OpenApiParameter:
    kind: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        kind["default"] = default
    return OpenApiParameter(name, kind, description=about)


class SearchDescription(APIView):
    """What OpenAPI says of `search`; never called."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    @extend_schema(
        operation_id="search",
        tags=["search"],
        summary="Childcare places near a point",
        description=(
            "Providers that fit, nearest first (great circle), each with its best fitting class. `inclusive` and "
            "`vacancy` take `true` or `false`: `vacancy=false` asks for classes known to be full. `complete_within_m`: "
            "nothing that fits and is this near is missing from the list."
        ),
        parameters=[
            OpenApiParameter("lng", OpenApiTypes.DOUBLE, required=True, description="Longitude, WGS-84."),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True, description="Latitude, WGS-84."),
            _integer("radius_m", 1, 50_000, "How far to look.", 3000),
            _integer("age_months", 0, 36, "The child's age in completed months."),
            OpenApiParameter(
                "from",
                {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"},
                description="The month care begins: this one (default) to twelve months on.",
            ),
            OpenApiParameter("mode", str, enum=list(MODES), description="half = am or pm."),
            OpenApiParameter("inclusive", bool),
            OpenApiParameter("vacancy", bool),
            _integer("max_fee_fen", 0, 100_000_000, "Highest fee in fen."),
            _integer("min_rating", 1, 5, "Lowest rating."),
            OpenApiParameter("kind", str, enum=Kind.values, many=True, explode=True, description="May be repeated."),
            OpenApiParameter("sort", str, enum=list(ORDERS), default="distance"),
            _integer("limit", 1, 100, "How many.", 20),
        ],
        responses={
            200: NearbySchema,
            400: OpenApiResponse(SearchProblemSchema, description="A parameter is unknown or impossible."),
            429: OpenApiResponse(SearchProblemSchema, description="Too many requests."),
        },
    )
    def get(self, request: Any) -> None:
        """See `search`."""
        raise NotImplementedError


# drf-spectacular describes views that carry an APIView class; this one carries a description only.
search.cls = SearchDescription  # type: ignore[attr-defined]
search.initkwargs = {}  # type: ignore[attr-defined]
search.csrf_exempt = True  # type: ignore[attr-defined]
