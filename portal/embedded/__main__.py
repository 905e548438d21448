"""`python -m portal.embedded start|stop|status`: the embedded servers by hand."""

import sys

from portal import embedded
from portal.embedded.site import default


def main(arguments: list[str]) -> int:
    """Do what was asked and say what is now; 1 with a sentence when it cannot be done."""
    match arguments:
        case ["start"]:
            embedded.ensure()
        case ["stop"]:
            print(f"stopped: {', '.join(embedded.stop()) or 'nothing was running'}")
            return 0
        case ["status"]:
            pass
        case _:
            print("usage: python -m portal.embedded start|stop|status", file=sys.stderr)
            return 2
    where = embedded.urls()
    for name, (answers, pid) in embedded.status().items():
        said = f"running (process {pid})" if answers else "not answering" if pid else "stopped"
        print(f"{name}: {said}")
    print(f"DATABASE_URL={where.database_url}\nREDIS_URL={where.redis_url}\nfiles: {default().servers}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except embedded.ServerError as error:
        sys.exit(str(error))
