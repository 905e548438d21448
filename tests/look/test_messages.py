"""The text tooling: what engineers and translators may rely on."""

import gettext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal import messages_catalogue as texts


@pytest.fixture
def house(tmp_path: Path, settings: object) -> Path:
    """A small project with two apps that share one text."""
    settings.BASE_DIR = tmp_path
    for app in texts.APPS:
        (tmp_path / app).mkdir()
    put(
        tmp_path / "providers/views.py",
        "from django.utils.translation import gettext as t, ngettext\n"
        "a = t('Add a class')\n"
        "b = ngettext('%(n)s place', '%(n)s places', 2)\n"
        "c = t('Save')\n",
    )
    put(tmp_path / "quotas/rules.py", "x = N_('Gap of %(n)s places')\ny = _('Save')\n")
    put(
        tmp_path / "templates/quotas/page.html",
        "{% blocktranslate %}In {{ year }}{% endblocktranslate %}",
    )
    put(tmp_path / "templates/base.html", '{% translate "Menu" %}{# {% translate "Not this" %} #}')
    return tmp_path


def put(path: Path, source: str) -> None:
    """A file with this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


def po(house: Path, app: str) -> str:
    """An app's file as text."""
    return texts.po_path(house, app).read_text(encoding="utf-8")


def translate(house: Path, app: str, msgid: str, string: str) -> None:
    """A translator writes one string."""
    before = po(house, app)
    after = before.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{string}"')
    assert after != before
    put(texts.po_path(house, app), after)


def faults(house: Path) -> list[str]:
    """What --check says."""
    return texts.check(house, list(texts.APPS))


def test_each_text_belongs_to_the_first_app_that_uses_it(house: Path) -> None:
    found = {app: {text.msgid for text in messages.values()} for app, messages in texts.wanted(house).items()}
    assert found["portal"] == {"Menu"}
    assert found["providers"] == {"Add a class", "%(n)s place", "Save"}
    assert found["quotas"] == {"Gap of %(n)s places", "In %(year)s"}


def test_the_files_are_sorted_without_line_numbers_and_the_same_every_time(house: Path) -> None:
    call_command("messages", verbosity=0)
    first = po(house, "providers")
    assert "#:" not in first
    assert "views.py" not in first
    assert first.index("%(n)s place") < first.index("Add a class") < first.index("Save")
    put(house / "providers/views.py", "\n\n\n" + (house / "providers/views.py").read_text())
    call_command("messages", verbosity=0)
    assert po(house, "providers") == first


def test_updating_keeps_translations_and_adds_what_is_new(house: Path) -> None:
    call_command("messages")
    translate(house, "providers", "Save", "保存")
    put(house / "providers/forms.py", "z = _('Phone')")
    call_command("messages")
    assert 'msgid "Save"\nmsgstr "保存"' in po(house, "providers")
    assert 'msgid "Phone"\nmsgstr ""' in po(house, "providers")


def test_one_app_can_be_updated_while_others_are_at_work_on_theirs(house: Path) -> None:
    call_command("messages", app=["providers"])
    assert texts.po_path(house, "providers").exists()
    assert not texts.po_path(house, "quotas").exists()


def test_a_text_that_moves_to_another_app_takes_its_translation_along(house: Path) -> None:
    call_command("messages")
    translate(house, "quotas", "Gap of %(n)s places", "缺口 %(n)s 个")
    put(house / "portal/rules.py", "x = _('Gap of %(n)s places')")
    call_command("messages")
    assert "缺口 %(n)s 个" in po(house, "portal")
    call_command("messages", prune=True)
    assert "Gap of" not in po(house, "quotas")


def test_a_text_that_left_the_source_stays_until_pruned(house: Path) -> None:
    call_command("messages")
    put(house / "templates/base.html", "")
    call_command("messages")
    assert "Menu" in po(house, "portal")
    assert any("obsolete" in line and "Menu" in line for line in faults(house))
    call_command("messages", prune=True)
    assert "Menu" not in po(house, "portal")


def test_check_names_what_is_missing_and_passes_when_all_is_there(house: Path) -> None:
    with pytest.raises(CommandError, match=r"not in the file .*: 'Save'"):
        call_command("messages", check=True)
    call_command("messages")
    with pytest.raises(CommandError, match="untranslated: 'Save'"):
        call_command("messages", check=True)
    translate(house, "portal", "Menu", "菜单")
    for msgid, string in (("Add a class", "增加班级"), ("Save", "保存")):
        translate(house, "providers", msgid, string)
    put(texts.po_path(house, "providers"), po(house, "providers").replace('msgstr[0] ""', 'msgstr[0] "%(n)s 个托位"'))
    translate(house, "quotas", "Gap of %(n)s places", "缺口 %(n)s 个")
    translate(house, "quotas", "In %(year)s", "%(year)s 年")
    call_command("messages", check=True)


@pytest.mark.parametrize("string", ["缺口若干", "缺口 %(m)s 个", "缺口 %(n)s %(n)s", "缺口 %(n)个"])
def test_a_translation_must_have_the_same_places_to_fill(house: Path, string: str) -> None:
    call_command("messages")
    translate(house, "quotas", "Gap of %(n)s places", string)
    assert any("placeholders" in line and "Gap of" in line for line in faults(house))


def test_a_fuzzy_translation_does_not_pass(house: Path) -> None:
    call_command("messages")
    translate(house, "portal", "Menu", "菜单")
    put(texts.po_path(house, "portal"), po(house, "portal").replace('msgid "Menu"', '#, fuzzy\nmsgid "Menu"'))
    assert any("fuzzy" in line and "Menu" in line for line in faults(house))


def test_what_is_compiled_is_what_gettext_says(house: Path) -> None:
    call_command("messages")
    translate(house, "providers", "Save", "保存")
    put(texts.po_path(house, "providers"), po(house, "providers").replace('msgstr[0] ""', 'msgstr[0] "%(n)s 个托位"'))
    call_command("messages", compile=True)
    with texts.po_path(house, "providers").with_suffix(".mo").open("rb") as handle:
        chinese = gettext.GNUTranslations(handle)
    assert chinese.gettext("Save") == "保存"
    assert chinese.ngettext("%(n)s place", "%(n)s places", 5) == "%(n)s 个托位"
    assert chinese.gettext("Add a class") == "Add a class"
