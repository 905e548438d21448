"""Uploaded papers (上传材料): judged by their bytes, kept on disk under their hash, handed out by whoever owns them.

The portal knows no permissions of a paper: the app that owns the document has a guarded URL of its own and answers with
`response(stored)`. There is no URL that serves a file by its name or hash.
"""

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.models import StoredFile, User
from portal.problems import Refusal

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPERS = (PDF, JPEG, PNG, WEBP, XLSX)
PHOTOS = (JPEG, PNG, WEBP)
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", WEBP: "webp", XLSX: "xlsx"}
SHOWN_IN_THE_BROWSER = {PDF, JPEG, PNG, WEBP}
# What reading a damaged zip raises: "zip file version 22.1" is a NotImplementedError, hence RuntimeError.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError)
UNPACKED_MAX_BYTES = 200 * 1024 * 1024  # a workbook that swells beyond this is a bomb, not a list


class UnwantedFile(Refusal):
    """The upload is empty, too large, or of a kind that is not taken; the message says which and what to do."""

    status = 400
    code = "unwanted-file"


def store(upload: UploadedFile, *, by: User | None, accept: Collection[str] = PAPERS) -> StoredFile:
    """Check the bytes, keep them, and give the row that documents point to. Raises UnwantedFile.

    The name a browser sends is kept for people; the kind is what the bytes are. Equal bytes are kept once.
    """
    kind = check(upload, accept=accept)
    digest, size = _keep(upload)
    return StoredFile.objects.create(
        name=tidy_name(upload.name or "", kind),
        kind=kind,
        size=size,
        sha256=digest,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )


def check(upload: UploadedFile, *, accept: Collection[str] = PAPERS) -> str:
    """The kind of an upload as a MIME type, found in its bytes. Raises UnwantedFile."""
    if not upload.size:
        raise UnwantedFile(_("The file is empty. Choose the file again."))
    if upload.size > settings.FILE_MAX_BYTES:
        raise UnwantedFile(
            _("The file is %(size)s MB. The largest allowed is %(most)s MB: scan it with a lower resolution."),
            size=f"{upload.size / 1_048_576:.1f}",
            most=settings.FILE_MAX_BYTES // 1_048_576,
        )
    kind = kind_of(upload)
    if kind not in accept:
        wanted = ", ".join(ENDINGS[k].upper() for k in accept)
        raise UnwantedFile(
            _("“%(name)s” is not a file of a kind we take. Send one of: %(kinds)s."),
            name=tidy_name(upload.name or "", ""),
            kinds=wanted,
        )
    return kind


def kind_of(stream: IO[bytes]) -> str:
    """The MIME type the bytes speak of, or an empty text. A renamed program or web page stays what it is."""
    stream.seek(0)
    head = stream.read(16)
    stream.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04") and is_workbook(stream):
        return XLSX
    return ""


def is_workbook(stream: IO[bytes]) -> bool:
    """Whether a zip holds an Excel workbook without macros that stays of a sane size when unpacked."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as bundle:
            members = bundle.infolist()
    except BROKEN_ZIP:
        return False
    finally:
        stream.seek(0)
    names = {member.filename for member in members}
    sane = sum(member.file_size for member in members) <= UNPACKED_MAX_BYTES
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "[Content_Types].xml" in names and "xl/workbook.xml" in names and sane and not macros


def path_of(stored: StoredFile) -> Path:
    """Where the bytes of a stored file are."""
    return Path(settings.MEDIA_ROOT) / stored.sha256[:2] / stored.sha256


def response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as an answer of a view that has already decided who may see it; never kept by caches."""
    shown = inline and stored.kind in SHOWN_IN_THE_BROWSER
    answer = FileResponse(
        path_of(stored).open("rb"), as_attachment=not shown, filename=stored.name, content_type=stored.kind
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def tidy_name(name: str, kind: str) -> str:
    """A file name that is safe to show and to save, with the ending of its true kind; 示例 文件.PDF → 示例_文件.pdf."""
    plain = Path(name.replace("\\", "/")).name.strip() or "file"
    try:
        plain = get_valid_filename(plain)
    except SuspiciousFileOperation:  # names like ".."
        plain = "file"
    stem = (plain.rpartition(".")[0] or plain)[:120]
    return f"{stem}.{ENDINGS[kind]}" if kind in ENDINGS else plain[:120]


def _keep(upload: UploadedFile) -> tuple[str, int]:
    """Write the bytes under their SHA-256; whole or not at all, and once. Gives (hash, size)."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, prefix="incoming-", delete=False) as draft:
        try:
            for piece in upload.chunks():
                sha.update(piece)
                size += len(piece)
                draft.write(piece)
            draft.flush()
            os.fsync(draft.fileno())
            target = root / sha.hexdigest()[:2] / sha.hexdigest()
            target.parent.mkdir(exist_ok=True)
            Path(draft.name).replace(target)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    return sha.hexdigest(), size
