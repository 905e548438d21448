"""What a password must be (等保 GB/T 22239: length and complexity): settings.AUTH_PASSWORD_VALIDATORS."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = 3  # of the four: small letters, capital letters, digits, other signs
PHRASE = 20  # a sentence this long is hard to guess without capitals and digits


class LongEnough(MinimumLengthValidator):
    """Django's own rule; its sentence in Django 5.2 has no Chinese."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return _("This password is too short. Choose one of at least %(least)s characters.") % {
            "least": self.min_length
        }


class OfSeveralKinds:
    """Three kinds of characters of four, or a whole sentence."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError. A Chinese character is an “other sign”."""
        small, capital, digit = (
            any(test(letter) for letter in password if letter.isascii())
            for test in (str.islower, str.isupper, str.isdigit)
        )
        other = any(not (letter.isascii() and letter.isalnum()) for letter in password)
        if len(password) < PHRASE and small + capital + digit + other < KINDS:
            raise ValidationError(self.get_help_text(), code="password_of_one_kind")

    def get_help_text(self) -> str:
        """What stands under the field."""
        return _(
            "The password has three of these four: small letters, capital letters, digits, other signs. "
            "A sentence of %(most)s characters or more may be as you like."
        ) % {"most": PHRASE}
