"""What the template tags promise to whoever writes a page (docs/components.md)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> None:
    with translation.override("en"):
        yield


def render(source: str, **values: object) -> str:
    """A template as a page would render it, blanks between tags taken out."""
    return re.sub(r">\s+<", "><", Template(source).render(Context(values))).strip()


def words(source: str, **values: object) -> str:
    """What is left for a reader."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", render(source, **values))).strip()


@pytest.mark.parametrize(
    ("fen", "text"),
    [(123450, "¥1,234.50"), (0, "¥0.00"), (-5, "-¥0.05"), (2412000000, "¥24,120,000.00"), (None, "—")],
)
def test_money_is_shown_in_yuan_with_two_decimals(fen: int | None, text: str) -> None:
    assert words("{% money fen %}", fen=fen) == text


def test_short_money_drops_only_empty_decimals() -> None:
    assert words("{% money 181300 short=True %} {% money 181350 short=True %}") == "¥1,813 ¥1,813.50"


@pytest.mark.parametrize(("n", "text"), [(0, "0 rows"), (1, "1 row"), (148_560, "148,560 rows")])
def test_many_things_are_counted_in_thousands_and_grammar_still_counts_them(n: int, text: str) -> None:
    sentence = "{% blocktranslate count n=n|counted %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    assert render(sentence, n=n) == text
    with translation.override("zh-hans"):
        assert render(sentence, n=n) == f"共 {n:,} 条"


def test_a_status_is_said_in_words_shape_and_colour_and_keeps_its_code() -> None:
    tag = render('{% status "RETURNED" label "warn" %}', label="Returned <b>")
    assert 'data-status="RETURNED"' in tag
    assert "tag--warn" in tag
    assert "<svg" in tag
    assert "Returned &lt;b&gt;" in tag


def test_an_unknown_kind_is_refused_while_the_page_is_written() -> None:
    with pytest.raises(TemplateSyntaxError, match="purple"):
        render('{% status "X" "x" "purple" %}')


@pytest.mark.parametrize(
    ("days", "text", "kind"),
    [(-3, "Overdue by 3 days", "bad"), (-1, "Overdue by 1 day", "bad"), (0, "Due today", "warn"),
     (2, "2 days left", "warn"), (3, "3 days left", "neutral")],
)  # fmt: skip
def test_days_left_turn_amber_and_then_red(days: int, text: str, kind: str) -> None:
    assert words("{% days_left days %}", days=days) == text
    assert f"tag--{kind}" in render("{% days_left days %}", days=days)


@pytest.mark.parametrize(
    ("days", "text"),
    [(-3, "Overdue by 3 working days"), (0, "Due today"), (1, "1 working day left"), (4, "4 working days left")],
)
def test_a_statutory_clock_says_that_it_counts_working_days(days: int, text: str) -> None:
    assert words("{% days_left days True %}", days=days) == text


def test_no_deadline_no_tag() -> None:
    assert render("{% days_left None %}") == ""


@pytest.mark.parametrize(
    ("used", "text", "kind"),
    [(3, "12 working days left", "run"), (13, "2 working days left", "warn"), (15, "Last working day", "warn"),
     (17, "Overdue by 2 working days", "over"), (None, "Clock not running", "")],
)  # fmt: skip
def test_a_statutory_clock_says_how_much_is_left(used: int | None, text: str, kind: str) -> None:
    source = "{% clock used 15 due=due %}"
    values = {"used": used, "due": dt.date(2025, 7, 18)}
    assert text in words(source, **values)
    if kind:
        assert f"clock--{kind}" in render(source, **values)
        assert "2025-07-18" in words(source, **values)


def test_a_moment_is_shown_as_beijing_sees_it() -> None:
    late = dt.datetime(2025, 7, 9, 23, 30, tzinfo=dt.UTC)
    assert words("{{ at|moment }} {{ at|day }}", at=late) == "2025-07-10 07:30 2025-07-10"


def test_a_month_is_written_in_the_readers_language() -> None:
    assert words("{{ m|month }}", m=dt.date(2025, 7, 1)) == "July 2025"
    with translation.override("zh-hans"):
        assert words("{{ m|month }}", m=dt.date(2025, 7, 1)) == "2025年7月"


def test_a_number_nobody_confirmed_says_so() -> None:
    at = dt.datetime(2025, 7, 9, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert words('{% who_when "Li Na" at %}', at=at) == "Confirmed by Li Na on 2025-07-09 14:30"
    assert words('{% who_when "Li Na" None %}') == "Not confirmed yet"


def test_progress_never_shows_more_than_all() -> None:
    assert 'value="11" max="11"' in render('{% progress 12 11 "Districts" %}')
    assert 'value="0" max="1"' in render('{% progress 0 0 "Districts" %}')


def test_steps_before_the_current_one_are_done() -> None:
    page = render("{% steps labels 2 %}", labels=["Submitted", "Receipt", "Published"])
    assert re.findall(r'class="is-(\w+)"', page) == ["done", "now", "todo"]
    assert page.count('aria-current="step"') == 1


def test_items_may_be_dicts_or_objects_and_need_not_be_complete() -> None:
    class Row:
        label, url, days_left = "Confirm", "/month/", 1

    page = render("{% task_list items %}", items=[Row(), {"title": "Check", "count": 0}])
    assert '<a href="/month/">Confirm</a>' in page
    assert "Check" in page
    assert '<span class="tasks__count">0</span>' in page


def test_an_empty_to_do_list_says_that_all_is_done() -> None:
    assert "Nothing to do" in words("{% task_list items %}", items=[])


def test_what_people_typed_is_never_markup() -> None:
    nasty = "<script>x</script>"
    sources = [
        "{% summary_list rows %}", "{% timeline rows2 %}", "{% uploads rows2 %}", "{% tiles rows2 %}",
        "{% explain rows2 %}",
        "{% barchart bars nasty %}", "{% figures rows %}", "{% task_list rows2 %}",
        "{% tabs rows2 %}", "{% crumb nasty %}",
        "{% note title=nasty %}{{ nasty }}{% endnote %}", "{% panel nasty %}{{ nasty }}{% endpanel %}",
        "{% datatable nasty note=nasty %}{{ nasty }}{% enddatatable %}",
        "{% emptystate nasty %}{{ nasty }}{% endemptystate %}",
        "{% fact nasty %}{{ nasty }}{% endfact %}", "{% who_when nasty day %}", "{% progress 1 2 nasty %}",
    ]  # fmt: skip
    row = dict.fromkeys(("label", "title", "name", "text", "by", "note", "clause", "result", "kind_"), nasty)
    for source in sources:
        page = render(
            source,
            nasty=nasty,
            rows=[(nasty, nasty)],
            rows2=[row | {"value": nasty, "numbers": [(nasty, nasty)]}],
            bars=[{"label": nasty, "value": 1, "note": nasty}],
            day=dt.date(2025, 7, 1),
        )
        assert "<script>" not in page, source
        assert "&lt;script&gt;" in page, source


def test_a_bar_below_its_target_looks_different_and_the_numbers_stand_beside_it() -> None:
    rows = [{"label": "Haizhu", "value": 6.34, "target": 5.5}, {"label": "Yuexiu", "value": 5.02, "target": 5.5}]
    page = render('{% barchart rows "Places" %}', rows=rows)
    assert page.count('rect class="chart__fill chart__fill--under"') == 1
    assert "6.34" in page
    assert "5.02" in page


def test_the_explanation_shows_clause_numbers_rounding_and_result() -> None:
    lines = [
        {
            "title": "Rate",
            "clause": "art. 4",
            "numbers": [("days", 14), "of 23"],
            "rounding": "half up",
            "result": "¥3.00",
        }
    ]
    text = words('{% explain lines "Total" "¥3.00" %}', lines=lines)
    assert text == "Rate ¥3.00 art. 4 days 14 of 23 Rounding: half up Total ¥3.00"


# --- lists -----------------------------------------------------------------------------------------------------------


def test_paging_keeps_the_search(rf: RequestFactory) -> None:
    page = Paginator(range(100), 10).page(3)
    shown = render("{% pager page %}", page=page, request=rf.get("/list/?q=a%26b&page=3"))
    assert 'href="?q=a%26b&amp;page=2" rel="prev"' in shown
    assert 'href="?q=a%26b&amp;page=4" rel="next"' in shown
    assert '<span aria-current="page">3</span>' in shown


def test_one_page_needs_no_pager_but_says_how_many(rf: RequestFactory) -> None:
    shown = render("{% pager page %}", page=Paginator(["a"], 10).page(1), request=rf.get("/list/"))
    assert "1 row" in shown
    assert "<ul>" not in shown


class Filter(forms.Form):
    """A list's filters."""

    q = forms.CharField(required=False, label="Name")
    kind = forms.ChoiceField(required=False, choices=[("", "All"), ("C", "Community")])


def test_the_filter_bar_counts_what_is_set_and_offers_to_clear_it(rf: RequestFactory) -> None:
    request = rf.get("/list/?q=&kind=C")
    bar = render("{% filterbar form %}", form=Filter(request.GET), request=request)
    assert "1 set" in bar
    assert 'href="/list/"' in bar
    assert "<details" in bar.partition(" open")[0]
    unset = rf.get("/list/")
    assert "set</span>" not in render("{% filterbar form %}", form=Filter(unset.GET), request=unset)


# --- forms -----------------------------------------------------------------------------------------------------------


class Sample(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="Name.", help_text="As registered")
    note = forms.CharField(label="Note", required=False)
    mode = forms.ChoiceField(label="Mode", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="Days", choices=[("1", "Mon")], widget=forms.CheckboxSelectMultiple)
    paper = forms.FileField(label="Paper")
    true = forms.BooleanField(label="True")

    def clean(self) -> None:
        """A fault of the whole."""
        raise forms.ValidationError("These two do not fit.")


def test_every_fault_in_the_summary_leads_to_something_on_the_page() -> None:
    form = Sample({}, prefix="x")
    page = render("{% error_summary form %}{{ form }}", form=form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == 5
    for target in targets:
        assert f'id="{target}"' in page
    assert "<strong>These two do not fit.</strong>" in page
    assert "Name: This field is required." in page


def test_a_field_is_tied_to_its_hint_and_its_fault() -> None:
    page = render("{{ form.name.as_field_group }}", form=Sample({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_what_was_typed_is_kept() -> None:
    assert 'value="Sunrise"' in render("{{ form }}", form=Sample({"name": "Sunrise"}))


def test_groups_of_choices_are_fieldsets_and_optional_fields_say_so() -> None:
    page = render("{{ form }}", form=Sample())
    assert page.count("<fieldset") == 2
    assert page.count("<legend>") == 2
    assert page.count('class="mark">optional') == 1


def test_a_formset_is_summed_up_like_its_forms() -> None:
    rows = forms.formset_factory(Sample, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-name": "x"}
    )
    assert 'href="#id_form-0-paper"' in render("{% error_summary rows %}", rows=rows)


def test_a_form_without_faults_has_no_summary() -> None:
    assert render("{% error_summary form %}", form=Sample()) == ""


def test_a_cell_with_nothing_to_say_is_empty() -> None:
    """Line breaks of a template would make it a row of its own on a phone's card."""
    cell = '<td data-label="A">\n  {% if 0 %}a{% endif %}\n</td>'
    source = '{% datatable "x" cards=True %}<tr>' + cell + "</tr>{% enddatatable %}"
    assert '<td data-label="A"></td>' in Template(source).render(Context())
