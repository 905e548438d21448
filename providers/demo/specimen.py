"""Specimen papers of the demo city: a page that says it is one, readable by every PDF reader, the same every time."""

from django.core.files.uploadedfile import SimpleUploadedFile

from portal import files
from portal.models import StoredFile
from providers.rules.documents import KINDS


def pdf(*lines: str) -> bytes:
    """One page with SPECIMEN across it and some lines of Latin text: PDF's own fonts know no other letters."""
    text = "".join(f" 0 -26 Td ({line}) Tj" for line in lines)
    stream = (
        "q 0.8 0.84 0.9 rg BT /F1 92 Tf 0.819 0.574 -0.574 0.819 105 250 Tm (SPECIMEN) Tj ET Q "
        f"BT /F1 15 Tf 1 0 0 1 72 760 Tm{text} ET"
    )
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def paper(code: str, *more: str) -> SimpleUploadedFile:
    """A specimen of one kind of paper, as it would be handed in."""
    kind = KINDS[code]
    name = kind.name.replace("“", "'").replace("”", "'")
    content = pdf(name, "Invented for the demo city. Not a document of any authority.", *more)
    return SimpleUploadedFile(f"示例-{kind.official}.pdf", content, content_type="application/pdf")


def keep_all() -> dict[str, StoredFile]:
    """One stored file a kind of paper, by code: every provider of the demo city shows these."""
    return {code: files.store(paper(code), by=None) for code in KINDS}
