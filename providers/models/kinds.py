"""The codes of the field that several tables share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Types of provider (托育机构类型), domain §2."""

    CENTRE = "CENTRE", _("Comprehensive childcare centre")
    PUBLIC = "PUBLIC", _("Public provider")
    PUB_PRIV = "PUB_PRIV", _("Public premises, private operator")
    COMMUNITY = "COMMUNITY", _("Community childcare point")
    KINDER = "KINDER", _("Kindergarten childcare class")
    EMPLOYER = "EMPLOYER", _("Employer-provided care")
    PRIVATE_NP = "PRIVATE_NP", _("Private, non-profit")
    PRIVATE_FP = "PRIVATE_FP", _("Private, for profit")
    FAMILY = "FAMILY", _("Family childcare point")


class Band(models.TextChoices):
    """Kinds of class by age in completed months (班型), 设置标准 arts 19–20."""

    INFANT = "INFANT", _("Infant class (6–12 months)")
    YOUNGER = "YOUNGER", _("Younger class (12–24 months)")
    OLDER = "OLDER", _("Older class (24–36 months)")
    MIXED = "MIXED", _("Mixed class (18–36 months)")


class Mode(models.TextChoices):
    """Modes of care (托育服务形式)."""

    FULL = "full", _("Full day")
    AM = "am", _("Mornings")
    PM = "pm", _("Afternoons")
    HOURLY = "hourly", _("By the hour")
    TEMPORARY = "temporary", _("Occasional")


class Authority(models.TextChoices):
    """Who keeps the legal-person register (登记机关)."""

    ORGN = "ORGN", _("Public institution registry")
    CIVIL = "CIVIL", _("Civil affairs")
    MARKET = "MARKET", _("Market regulation")


class Crs(models.TextChoices):
    """Coordinate systems a point may come in; stored points are WGS-84."""

    WGS84 = "wgs84", "WGS-84 / CGCS2000"
    GCJ02 = "gcj02", "GCJ-02 (高德、腾讯)"
    BD09 = "bd09", "BD-09 (百度)"


class Standing(models.TextChoices):
    """Standing of a provider (机构状态)."""

    UNFILED = "UNFILED", _("Not filed")
    ACTIVE = "ACTIVE", _("Filed and open")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CANCELLED = "CANCELLED", _("Closed")
