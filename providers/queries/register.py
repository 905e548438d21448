"""The register of providers as lists read it."""

from django.db.models import QuerySet

from providers.models import Provider


def listed(providers: QuerySet[Provider]) -> QuerySet[Provider]:
    """Providers for a list page: with their subdistrict and district, by code."""
    return (
        providers.select_related("street__parent")
        .only(
            "public_id", "code", "name", "kind", "credit_code", "standing", "filed_on", "phone", "confirmed_at",
            "address", "street__name", "street__parent__name",
        )
        .order_by("code")
    )  # fmt: skip
