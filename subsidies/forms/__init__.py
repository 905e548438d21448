"""Forms of subsidies."""

from subsidies.forms.claims import ReturnForm
from subsidies.forms.closing import CloseForm

__all__ = ["CloseForm", "ReturnForm"]
