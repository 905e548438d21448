"""The tests' own strictness: a template that names what it was not given fails the test that showed it."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import engines


class Row:
    """Somebody without an office, as a page gets it."""

    person = None

    def office(self):
        raise ObjectDoesNotExist


def shown(text: str) -> str:
    return engines["django"].from_string(text).render({"row": Row()})


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ row.nobody }}",
        "{{ nobody|lower }}",
        "{{ nobody|default:'–' }}",
        "{{ row.person.name }}",
        "{% with a=nobody %}{% endwith %}",
        "{% for one in nobody %}{% endfor %}",
        "{% for one in row.nobodies %}{% endfor %}",
        "{% blocktranslate %}{{ nobody }}{% endblocktranslate %}",
        "{% include 'components/note.html' with text=nobody %}",
        "{% if row %}{{ nobody }}{% endif %}",
    ],
)
def test_an_unknown_name_fails(text):
    with pytest.raises(pytest.fail.Exception, match="was not given"):
        shown(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ row.person.name|default:'–' }}", "–"),
        ("{% if nobody %}yes{% else %}no{% endif %}", "no"),
        ("{% if row.office %}yes{% else %}no{% endif %}", "no"),
        ("{% firstof nobody 'other' %}", "other"),
        ("{% for one in '' %}{% empty %}none{% endfor %}", "none"),
    ],
)
def test_what_may_be_missing_is_printed_as_in_production(text, printed):
    assert shown(text) == printed
