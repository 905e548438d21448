"""Deciding on two records of one child."""

from django import forms
from django.utils.translation import gettext_lazy as _l


class ApartForm(forms.Form):
    """Why two records with one number are two children."""

    reason = forms.CharField(label=_l("How you know they are two children"), max_length=100)
