"""Tables of providers."""

from providers.models.filing import Document, Fault, FilingCase, FilingPurpose, FilingState
from providers.models.kinds import Authority, Band, Crs, Kind, Mode, Standing
from providers.models.places import ClassGroup, Fee, Place, SearchRow, VacancyDeclaration
from providers.models.provider import (
    Brand,
    FactChange,
    InclusiveAgreement,
    PayeeAccount,
    Post,
    PostRole,
    Provider,
    ProviderSpan,
    StandingSpan,
)
from providers.models.staff import Certificate, CertificateKind, Employment, MonthReturn, Staff, StaffRole

__all__ = [
    "Authority", "Band", "Brand", "Certificate", "CertificateKind", "ClassGroup", "Crs", "Document", "Employment",
    "FactChange", "Fault", "Fee", "FilingCase", "FilingPurpose", "FilingState", "InclusiveAgreement", "Kind", "Mode",
    "MonthReturn", "PayeeAccount", "Place", "Post", "PostRole", "Provider", "ProviderSpan", "SearchRow", "Staff",
    "StaffRole", "Standing", "StandingSpan", "VacancyDeclaration",
]  # fmt: skip
