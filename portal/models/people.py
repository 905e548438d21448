"""Who may act: people and the offices they hold."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import one_of


class Role(models.TextChoices):
    """Offices an official can hold; a provider's people hold `providers.Post` instead."""

    SUBDISTRICT = "SUBDISTRICT", _("Subdistrict officer")
    DISTRICT = "DISTRICT", _("District officer")
    CITY = "CITY", _("City officer")
    FINANCE = "FINANCE", _("Finance officer")
    INSPECTOR = "INSPECTOR", _("Inspector")
    EVALUATOR = "EVALUATOR", _("Evaluator")
    AUDITOR = "AUDITOR", _("Auditor")
    SYSADMIN = "SYSADMIN", _("System administrator")


class Department(models.TextChoices):
    """Departments that share the work (部门)."""

    HEALTH = "HEALTH", _("Health")
    EDUCATION = "EDUCATION", _("Education")
    MARKET = "MARKET", _("Market regulation")
    CIVIL = "CIVIL", _("Civil affairs")
    FINANCE = "FINANCE", _("Finance")
    PRICE = "PRICE", _("Price authority")
    FIRE = "FIRE", _("Fire and rescue")
    POLICE = "POLICE", _("Police")
    AUDIT = "AUDIT", _("Audit")
    IT = "IT", _("Information technology")


class User(AbstractUser):
    """A person with a login (用户). Names are one field: Chinese names do not split."""

    first_name = None
    last_name = None
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_demo = models.BooleanField(default=False)

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"), name="email_used_once", condition=~models.Q(email="")
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name as one field."""
        return self.name

    def get_short_name(self) -> str:
        """The name as one field."""
        return self.name


class Membership(models.Model):
    """An office held (任职): role × area × department, for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="memberships")
    department = models.CharField(max_length=16, choices=Department)
    during = DateRangeField()
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("membership_role_known", "role", Role),
            one_of("membership_department_known", "department", Department),
            models.UniqueConstraint(
                fields=["user", "role", "area", "department"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area_id}"


class Invitation(models.Model):
    """An offered office or post (邀请), taken up by opening the mailed link once."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role)
    area = models.ForeignKey("portal.Area", models.PROTECT, related_name="+")
    department = models.CharField(max_length=16, choices=Department)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("invitation_role_known", "role", Role),
            one_of("invitation_department_known", "department", Department),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked",
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_id}"
