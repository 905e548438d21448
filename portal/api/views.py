"""What the portal itself offers by API: areas and public notices for everybody, runs for officials."""

from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import runs
from portal.models import Area, AreaLevel, NoticeState, PublicNotice, Run
from portal.permissions import within


class AreaFilter(django_filters.FilterSet):
    """By level, parent and name."""

    level = django_filters.ChoiceFilter(label=_("Level of the area"), choices=AreaLevel.choices)
    parent = django_filters.CharFilter(field_name="parent__code", label=_("Code of the area right above"))
    under = django_filters.CharFilter(method="beneath", label=_("Code of an area: itself and everything under it"))
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Part of the name"))

    class Meta:
        model = Area
        fields: list[str] = []

    def beneath(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Everything under a code."""
        area = Area.objects.filter(code=code).first()
        return queryset.filter(path__startswith=area.path) if area else queryset.none()


class AreaSerializer(serializers.ModelSerializer):
    """An area with its parent's code."""

    parent_code = serializers.CharField(source="parent.code", default=None, allow_null=True)

    class Meta:
        model = Area
        fields = ["code", "name", "level", "parent_code", "path"]


@extend_schema(
    tags=["areas"],
    summary=_("Areas of the city"),
    description=_("Districts, subdistricts and communities with their official codes."),
    auth=[],
)
class Areas(generics.ListAPIView):
    """Districts, subdistricts and communities with their official codes."""

    queryset = Area.objects.select_related("parent").order_by("path")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    permission_classes = [permissions.AllowAny]
    throttle_scope = "api"


class NoticeFilter(django_filters.FilterSet):
    """By kind and state."""

    kind = django_filters.CharFilter(label=_("Kind of notice"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=NoticeState.choices)

    class Meta:
        model = PublicNotice
        fields: list[str] = []


class NoticeSerializer(serializers.ModelSerializer):
    """A notice without its rows."""

    id = serializers.UUIDField(source="public_id")
    area_code = serializers.CharField(source="area.code")

    class Meta:
        model = PublicNotice
        fields = ["id", "kind", "title", "area_code", "state", "from_day", "last_day", "workdays"]


class NoticePageSerializer(NoticeSerializer):
    """A notice with what it publishes."""

    rows = serializers.ListField(child=serializers.DictField())

    class Meta(NoticeSerializer.Meta):
        fields = [*NoticeSerializer.Meta.fields, "rows"]


@extend_schema(
    tags=["notices"],
    summary=_("Public notices"),
    description=_("What offices intend to decide, newest first."),
    auth=[],
)
class Notices(generics.ListAPIView):
    """What offices intend to decide, newest first."""

    queryset = PublicNotice.objects.select_related("area").order_by("-published_at", "-id")
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    permission_classes = [permissions.AllowAny]
    throttle_scope = "api"


@extend_schema(
    tags=["notices"],
    summary=_("One public notice with its rows"),
    description=_("Institutions only, never children."),
    auth=[],
)
class Notice(generics.RetrieveAPIView):
    """Institutions only, never children."""

    queryset = PublicNotice.objects.select_related("area")
    serializer_class = NoticePageSerializer
    permission_classes = [permissions.AllowAny]
    throttle_scope = "api"
    lookup_field = "public_id"


class RunSerializer(serializers.Serializer):
    """How far a run is."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    key = serializers.CharField()
    state = serializers.CharField()
    chunks_done = serializers.IntegerField()
    chunks = serializers.IntegerField()
    url = serializers.CharField()


class RunPage(generics.GenericAPIView):
    """A close, report or import that is under way or done; only officials of its area see it."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    throttle_scope = "api"

    @extend_schema(
        tags=["runs"],
        summary=_("Progress of long work"),
        description=_("A close, report or import of your area and how many of its parts are done."),
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The run's state and how many of its parts are done."""
        run = get_object_or_404(within(Run.objects.all(), request.user), public_id=public_id)
        far = runs.progress_of(run)
        facts = {
            "id": run.public_id,
            "kind": run.kind,
            "key": run.key,
            "state": run.state,
            "chunks_done": far.chunks_done,
            "chunks": far.chunks,
            "url": reverse("run", args=[run.public_id]),
        }
        return Response(RunSerializer(facts).data)
