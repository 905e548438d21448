"""`python -m portal.probe /livez`: asks our own web server, for a container's health check.

Standard library only, so that a check every few seconds costs no start of Django. The Host header is the first allowed
host: in production Django refuses a request to 127.0.0.1 by that name.
"""

import http.client
import os
import sys


def probe(path: str, *, port: int = 8000) -> int:
    """0 when the answer is 200, else 1 with the answer on standard error."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", path, headers={"Host": host if host and host != "*" else "127.0.0.1"})
        response = connection.getresponse()
        body = response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if response.status != 200:
        print(f"{path}: {response.status} {body}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(probe(sys.argv[1] if len(sys.argv) > 1 else "/livez", port=int(os.environ.get("PORT", "8000"))))
