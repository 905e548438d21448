"""The register of providers as lists read it."""

from django.db.models import OuterRef, QuerySet, Subquery

from providers.models import FilingCase, Provider


def listed(providers: QuerySet[Provider], *, filings: QuerySet[FilingCase]) -> QuerySet[Provider]:
    """Providers by code, for a list page: with the area, and `latest_filing` of those one may read."""
    latest = filings.filter(provider=OuterRef("pk")).order_by("-pk").values("public_id")[:1]
    return (
        providers.select_related("street__parent")
        .only(
            "public_id", "code", "name", "kind", "credit_code", "standing", "filed_on", "phone", "confirmed_at",
            "address", "street__name", "street__parent__name",
        )
        .annotate(latest_filing=Subquery(latest))
        .order_by("code")
    )  # fmt: skip
