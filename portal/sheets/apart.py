"""Reads a workbook in a process of its own, for `portal.sheets.read`: started as a script, without Django.

The reader is native code. A workbook with one wrong byte can make it panic, or ask for 500 GB and abort the whole
process (3 of 6,000 files with random bytes, measured 2026-11-27 with calamine 0.37): here only this process ends.
"""

import contextlib
import io
import pickle
import resource
import sys

import python_calamine

MEMORY_MAX_BYTES = 6 * 1024**3
LOCKED = "locked"


def main() -> None:
    """The workbook on standard input, pickled on standard output: [(sheet, rows)], or `LOCKED` with a password."""
    with contextlib.suppress(ValueError, OSError):  # not every system has such a limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(content)
        pages = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except python_calamine.PasswordError:
        pages = LOCKED
    pickle.dump(pages, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
