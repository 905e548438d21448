"""Granting, inviting and accepting offices, and one's own profile."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.people import roles_to_grant
from portal.identifiers import parse_phone
from portal.models import Area, AreaLevel, Department, Role, User
from portal.permissions import prefixes, under
from portal.queries.people import KEEPERS
from portal.wording import Fault


class OfficeFields(forms.Form):
    """Role, area and department of an office, cut to what this person may give."""

    role = forms.ChoiceField(label=gettext_lazy("Office"))
    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"),
        help_text=gettext_lazy("Code, like 440105 for a district or 440105001 for a subdistrict."),
        queryset=Area.objects.none(),
        to_field_name="code",
        widget=forms.TextInput(attrs={"class": "short", "list": "areas", "autocomplete": "off"}),
        error_messages={
            "invalid_choice": gettext_lazy("There is no such area in yours. Enter the code of one of them.")
        },
    )
    department = forms.ChoiceField(
        label=gettext_lazy("Department"), choices=Department.choices, initial=Department.HEALTH
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Role.choices)
        self.fields["role"].choices = [(role, names[role]) for role in roles_to_grant(by)]  # type: ignore[attr-defined]
        mine = under(prefixes(by, KEEPERS), "path")
        self.fields["area"].queryset = Area.objects.filter(mine)  # type: ignore[attr-defined]
        self.areas = Area.objects.filter(mine).exclude(level=AreaLevel.COMMUNITY).order_by("code")


class InviteForm(OfficeFields):
    """Somebody who may have no account yet."""

    field_order = ["name", "email", "role", "area", "department"]

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), help_text=gettext_lazy("The invitation is sent there."))


class GrantForm(OfficeFields):
    """Somebody who has an account."""

    field_order = ["who", "role", "area", "department"]

    who = forms.CharField(label=gettext_lazy("User name or e-mail"), max_length=150)

    def clean_who(self) -> User:
        """The account of that name or address."""
        text = self.cleaned_data["who"].strip()
        found = User.objects.filter(username=text).first() or User.objects.filter(email__iexact=text).first()
        if found is None or not found.is_active:
            raise ValidationError(_("There is no account with this name or address. Invite the person instead."))
        return found


class AcceptForm(forms.Form):
    """A new account for whoever was invited."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=80)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("You log in with it. Letters, digits and . _ - are allowed."),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"autocomplete": "username", "class": "short"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy(
            "At least 10 characters, three of: small letters, capital letters, digits, other signs. Not your name."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_username(self) -> str:
        """A name nobody has."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is taken. Choose another."))
        return username

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same and good enough."""
        data = super().clean() or self.cleaned_data
        password, again = data.get("password"), data.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Type both again."))
        if password:
            try:
                validate_password(password, User(username=data.get("username", ""), name=data.get("name", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return data


class ProfileForm(forms.ModelForm):
    """One's own name and phone."""

    class Meta:
        model = User
        fields = ["name", "phone"]

    def clean_phone(self) -> str:
        """A phone number as one can dial it."""
        if not (text := self.cleaned_data["phone"]):
            return ""
        try:
            return parse_phone(text)
        except Fault as fault:
            raise ValidationError(_(fault.msgid) % fault.params) from fault
