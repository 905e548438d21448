"""Uploads are judged by their bytes; equal bytes are kept once; nothing is half written."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import files
from tests.factories import portal as make

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 30
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 20


def workbook(*names: str, size: int = 3) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in names:
            bundle.writestr(name, b"x" * size)
    return buffer.getvalue()


XLSX = workbook("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(content: bytes, name: str = "示例 文件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, files.PDF), (PNG, files.PNG), (JPEG, files.JPEG), (WEBP, files.WEBP), (XLSX, files.XLSX)],
)
@pytest.mark.django_db
def test_the_kind_is_what_the_bytes_are_whatever_the_name_says(day, content, kind):
    stored = files.store(upload(content, "whatever.exe"), by=make.user())
    assert stored.kind == kind
    assert stored.name == f"whatever.{files.ENDINGS[kind]}"
    assert files.path_of(stored).read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0this program cannot be run",
        b"<html><script>alert(1)</script></html>",
        workbook("word/document.xml", "[Content_Types].xml"),
        workbook("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04 broken",
    ],
    ids=["program", "page", "word", "macros", "broken zip"],
)
@pytest.mark.django_db
def test_unwanted_bytes_are_refused_with_the_kinds_that_are_taken(content, own_folder):
    with pytest.raises(files.UnwantedFile) as refusal:
        files.store(upload(content, "scan.pdf"), by=make.user())
    assert "PDF" in refusal.value.message
    assert "scan.pdf" in refusal.value.message
    assert list(own_folder.iterdir()) == []


def test_a_workbook_that_swells_is_refused(monkeypatch):
    monkeypatch.setattr(files, "UNPACKED_MAX_BYTES", 1000)
    with pytest.raises(files.UnwantedFile):
        files.check(upload(workbook("[Content_Types].xml", "xl/workbook.xml", size=2000)))


def test_empty_and_too_large_files_are_told_apart(settings):
    with pytest.raises(files.UnwantedFile, match=r"空|empty"):
        files.check(upload(b""))
    settings.FILE_MAX_BYTES = 1024 * 1024
    with pytest.raises(files.UnwantedFile, match=r"1\.5 MB"):
        files.check(upload(PDF + b"\0" * (1024 * 1024 + 1024 * 512)))


def test_a_form_may_take_photos_only():
    with pytest.raises(files.UnwantedFile, match="JPG, PNG, WEBP"):
        files.check(upload(PDF), accept=files.PHOTOS)


@pytest.mark.django_db
def test_equal_bytes_are_kept_once(day, own_folder):
    one, two = (files.store(upload(PDF, name), by=make.user()) for name in ("a.pdf", "b.pdf"))
    assert one.pk != two.pk
    assert files.path_of(one) == files.path_of(two)
    assert len([p for p in own_folder.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "C:\\x\\y.pdf", "a\r\nSet-Cookie: b.pdf", ""])
def test_names_lose_their_folders_and_controls(name):
    tidy = files.tidy_name(name, files.PDF)
    assert tidy.endswith(".pdf")
    assert not set("/\\\r\n") & set(tidy)


@pytest.mark.django_db
def test_a_download_is_never_cached_and_pictures_may_be_shown(day):
    stored = files.store(upload(PNG, "照片.png"), by=make.user())
    download, shown = files.response(stored), files.response(stored, inline=True)
    assert download["Content-Disposition"].startswith("attachment")
    assert shown["Content-Disposition"].startswith("inline")
    assert "no-store" in download["Cache-Control"]
    assert b"".join(download.streaming_content) == PNG
    download.file_to_stream.close()
    shown.file_to_stream.close()
    workbook_row = files.store(upload(XLSX, "x.xlsx"), by=make.user())
    as_download = files.response(workbook_row, inline=True)
    assert as_download["Content-Disposition"].startswith("attachment")
    as_download.file_to_stream.close()
