"""Texts in two languages without system gettext: finding msgids, keeping one .po file per app, checking, compiling.

A message belongs to the first app (in the order of APPS) whose Python package or templates/<app>/ uses it; other
templates are the portal's. Files are sorted and carry no line numbers, so that several people can add texts at once.
"""

import ast
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

APPS = ("portal", "providers", "enrolments", "inspections", "subsidies", "quotas")
LOCALE = "zh_Hans"
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
SPECS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ALWAYS = SPECS | {"_": None, "N_": None}  # N_ marks texts in pure rules (portal.wording)
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sd]|\{(\w*)\}")

Key = tuple[str | None, str]  # context, msgid (the singular)


@dataclass(frozen=True)
class Text:
    """A message as the source has it."""

    msgid: str
    plural: str | None = None
    context: str | None = None

    @property
    def key(self) -> Key:
        """What the compiled catalogue looks it up by."""
        return self.context, self.msgid

    @property
    def id(self) -> str | tuple[str, str]:
        """What Babel calls the id."""
        return (self.msgid, self.plural) if self.plural else self.msgid


@dataclass
class Faults:
    """What is wrong with an app's catalogue, as sentences."""

    app: str
    lines: list[str] = field(default_factory=list)

    def add(self, kind: str, msgid: str) -> None:
        """Note one fault."""
        self.lines.append(f"{self.app}: {kind}: {msgid!r}")


def aliases(source: str) -> dict[str, object]:
    """Keywords under which a Python file imports the translation functions (`gettext as t`)."""
    found = dict(ALWAYS)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for name in node.names:
                if name.name in SPECS:
                    found[name.asname or name.name] = SPECS[name.name]
    return found


def texts_of(source: str, keywords: dict[str, object]) -> Iterator[Text]:
    """Messages of Python source, or of what templatize made of a template."""
    found = extract("python", io.BytesIO(source.encode()), keywords=keywords, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        msgid, plural = message if isinstance(message, tuple) else (message, None)
        if msgid:
            yield Text(msgid, plural, context)


def sources(base: Path, app: str) -> Iterator[Path]:
    """Files whose texts are the app's, Python first, in one order."""
    yield from sorted(path for path in (base / app).rglob("*.py") if "migrations" not in path.parts)
    others = [base / "templates" / name for name in APPS if name != app]
    for path in sorted((base / "templates").rglob("*")):
        if not path.is_file() or path.suffix not in {".html", ".txt"}:
            continue
        own = path.is_relative_to(base / "templates" / app)
        if own or (app == APPS[0] and not any(path.is_relative_to(other) for other in others)):
            yield path


def wanted(base: Path) -> dict[str, dict[Key, Text]]:
    """Every message of the source by app; a message two apps use is the first app's."""
    found: dict[str, dict[Key, Text]] = {app: {} for app in APPS}
    taken: dict[Key, str] = {}
    for app in APPS:
        for path in sources(base, app):
            source = path.read_text(encoding="utf-8")
            if path.suffix == ".py":
                texts = texts_of(source, aliases(source))
            else:
                plain = templatize(source, origin=str(path))  # read as Python, so its indentation must not matter
                texts = texts_of("\n".join(line.lstrip() for line in plain.splitlines()), ALWAYS)
            for text in texts:
                owner = taken.setdefault(text.key, app)
                known = found[owner].get(text.key)
                if known is None or (text.plural and not known.plural):
                    found[owner][text.key] = text
    return found


def po_path(base: Path, app: str) -> Path:
    """Where an app's Chinese texts are."""
    return base / "locale" / app / LOCALE / "LC_MESSAGES" / "django.po"


def read(base: Path, app: str) -> Catalog:
    """An app's catalogue as it stands; empty when there is none."""
    path = po_path(base, app)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as handle:
        return read_po(handle, locale=LOCALE)


def singular(message: Message) -> str:
    """The msgid of an entry, the singular one where there are two; the header's is empty."""
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def translations(catalogue: Catalog) -> dict[Key, tuple[str, ...]]:
    """What is translated in it; empty strings are not."""
    found = {}
    for message in catalogue:
        msgid = singular(message)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if msgid and all(strings):
            found[(message.context, msgid)] = tuple(strings)
    return found


def update(base: Path, apps: list[str], *, prune: bool = False) -> dict[str, int]:
    """Write the apps' files: every wanted message with the translation it has in any file.

    What the source no longer has is kept until `prune`, since its author may be in the middle of a change; what another
    app owns now goes once that app's file has it.
    Returns how many messages of each app still lack a translation.
    """
    wants = wanted(base)
    known = {app: read(base, app) for app in APPS}
    elsewhere = {key: value for app in reversed(APPS) for key, value in translations(known[app]).items()}
    all_wanted = {key for texts in wants.values() for key in texts}
    missing = {}
    for app in apps:
        own = translations(known[app])
        new = Catalog(locale=LOCALE)
        for key, text in wants[app].items():
            strings = own.get(key) or elsewhere.get(key) or ("",)
            new.add(text.id, strings[:1] if text.plural else strings[0], context=text.context)
        for message in known[app]:
            key = (message.context, singular(message))
            moved = any(key in translations(known[other]) for other in APPS if other != app)
            if key[1] and key not in wants[app] and not (prune and (moved or key not in all_wanted)):
                new.add(message.id, message.string, context=message.context)
        write(po_path(base, app), new)
        missing[app] = len(wants[app]) - sum(1 for key in wants[app] if own.get(key) or elsewhere.get(key))
    return missing


def write(path: Path, catalogue: Catalog) -> None:
    """Put a catalogue on disk whole: sorted, one line a string, no line numbers, no dates."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    replace(path, (HEADER + body.getvalue().decode()).rstrip("\n").encode() + b"\n")


def replace(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it; the same content is left alone."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def check(base: Path, apps: list[str]) -> list[str]:
    """Everything that is not as it should be: missing, untranslated, fuzzy, obsolete, other placeholders."""
    wants = wanted(base)
    lines: list[str] = []
    for app in apps:
        faults = Faults(app)
        seen = set()
        for message in read(base, app):
            msgid = singular(message)
            if not msgid:
                continue
            seen.add((message.context, msgid))
            judge(message, msgid, wants[app], faults)
        for key in wants[app]:
            if key not in seen:
                faults.add("not in the file (run manage.py messages)", key[1])
        lines += sorted(faults.lines)
    return lines


def judge(message: Message, msgid: str, texts: dict[Key, Text], faults: Faults) -> None:
    """Look at one entry of a file."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if (message.context, msgid) not in texts:
        faults.add("obsolete (run manage.py messages --prune)", msgid)
    elif not all(strings):
        faults.add("untranslated", msgid)
    elif message.fuzzy:
        faults.add("fuzzy", msgid)
    else:
        full = message.id[-1] if isinstance(message.id, tuple | list) else msgid
        for string in strings:
            if placeholders(string) != placeholders(full):
                faults.add(f"placeholders differ from {string!r}", msgid)


def placeholders(text: str) -> list[str]:
    """The names of what is put into a text, `%%` left out."""
    return sorted(match.group() for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def compile_all(base: Path) -> int:
    """Write every .mo that its .po asks for; returns how many files there are."""
    count = 0
    for app in APPS:
        if po_path(base, app).exists():
            body = io.BytesIO()
            write_mo(body, read(base, app))
            replace(po_path(base, app).with_suffix(".mo"), body.getvalue())
            count += 1
    return count
