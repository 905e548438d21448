"""In tests a template that names what it was not given fails; in production Django prints nothing there.

Three places stay forgiving, as their words say: `{% if %}`, `{% firstof %}`, and `{{ row.person.name|default:"" }}`
where a step of the way is empty (not where the first name is unknown). A loop is not forgiven: over an unknown name
it runs as over an empty list, which is how a renamed key makes a table empty without anybody noticing.
"""

import copy

import pytest
from django.template import VariableDoesNotExist, engines
from django.template.base import FilterExpression, Variable
from django.template.context import Context
from django.template.defaultfilters import default, default_if_none
from django.template.defaulttags import ForNode


def _fail(name: object, context: Context) -> None:
    template = context.template.origin.name if context.template else "a template"
    pytest.fail(f"{template}: '{name}' was not given")


class _Nothing(str):
    """What Django prints for an unknown name: nothing. `{% blocktranslate %}` asks it with `%` instead."""

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        pytest.fail(f"a translated block: '{name}' was not given")


class _Demanded:
    """A variable that must be there."""

    def __init__(self, variable: Variable) -> None:
        self.variable = variable

    def resolve(self, context: Context) -> object:
        try:
            return self.variable.resolve(context)
        except VariableDoesNotExist:
            _fail(self.variable, context)


class _DemandedList:
    """What a loop runs over."""

    def __init__(self, expression: FilterExpression) -> None:
        self.expression = expression

    def resolve(self, context: Context, ignore_failures: bool = False) -> object:
        return self.expression.resolve(context)


def switch_on() -> None:
    """For the whole test run, before any template is read."""
    engines["django"].engine.string_if_invalid = _Nothing()
    resolve, loop = FilterExpression.resolve, ForNode.__init__

    def demanding(self: FilterExpression, context: Context, ignore_failures: bool = False) -> object:
        if ignore_failures or not self.is_var:
            return resolve(self, context, ignore_failures)
        if self.filters and self.filters[0][0] in {default, default_if_none} and self.var.lookups[0] in context:
            return resolve(self, context, ignore_failures=True)
        strict = copy.copy(self)
        strict.var = _Demanded(self.var)
        return resolve(strict, context)

    def over_a_list(self: ForNode, names: list, sequence: FilterExpression, *rest, **more) -> None:
        loop(self, names, _DemandedList(sequence), *rest, **more)

    FilterExpression.resolve, ForNode.__init__ = demanding, over_a_list
