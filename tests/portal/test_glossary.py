"""The words of the field: translations agree with docs/glossary.md, and a filing is never called an approval."""

import re
from pathlib import Path

import pytest

from portal import messages_catalogue

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
SPLIT = LINES.index("## Never say")


def _cells(line):
    """The cells of a table row; a bar inside a pattern is written `\\|`."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


TERMS = {
    cells[0]: cells[1]
    for cells in (_cells(line) for line in LINES[:SPLIT] if line.startswith("| "))
    if re.search(r"[㐀-鿿]", cells[1]) and cells[0] != "English"
}
FORBIDDEN = [
    (re.compile(cells[0].strip("`"), re.IGNORECASE), re.compile(cells[2]) if cells[2] else None)
    for cells in (_cells(line) for line in LINES[SPLIT:])
    if len(cells) == 3 and cells[0].startswith("`")
]
TEXTS = {
    (app, *key): strings
    for app in messages_catalogue.APPS
    for key, strings in messages_catalogue.translations(messages_catalogue.read(ROOT, app)).items()
}


def _forbidden_in(text):
    return [
        pattern.pattern for pattern, allowed in FORBIDDEN if pattern.search(allowed.sub("", text) if allowed else text)
    ]


def test_the_glossary_was_read():
    assert len(TERMS) > 80
    assert len(FORBIDDEN) > 12
    assert len(TEXTS) > 500


@pytest.mark.parametrize(
    "text",
    [
        "A licensed provider near you",
        "Your filing was approved.",
        "The officer approved the filing.",
        "12 free seats",
        "4.5 childcare spots for every 1,000 people",
        "备案审批",
        "本机构持牌经营",
        "剩余学位",
        "还有 3 个名额",
    ],
)
def test_what_must_not_be_said_is_recognised(text):
    assert _forbidden_in(text)


@pytest.mark.parametrize(
    "text", ["A filing is not an approval.", "备案不等于行政许可。", "食品经营许可证", "Map approval number"]
)
def test_what_may_be_said_is_let_through(text):
    assert not _forbidden_in(text)


def test_no_text_in_either_language_says_it():
    said = {
        (app, msgid): found
        for (app, _context, msgid), strings in TEXTS.items()
        if (found := [pattern for text in (msgid, *strings) for pattern in _forbidden_in(text)])
    }
    assert said == {}


def test_terms_are_translated_as_the_glossary_has_them():
    """Where a text is nothing but a term of the glossary, its Chinese is the official one."""
    official = {english.lower(): chinese.split(" / ") for english, chinese in TERMS.items()}
    others = {
        (app, msgid): strings[0]
        for (app, context, msgid), strings in TEXTS.items()
        if context is None and strings[0] not in official.get(msgid.lower(), strings)
    }
    assert others == {}
