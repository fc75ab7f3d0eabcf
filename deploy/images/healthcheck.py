"""Whether the service in this container works: exit status 0, or 1 with the reason."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

PATIENCE_S = 9  # less than the health check's own time-out, so that the reason is told


def main() -> int:
    """Ask `/readyz`, which really runs network and flow now and then.

    Returns
    -------
    The exit status that Docker reads: 0 for healthy, 1 for not.
    """
    url = f"http://127.0.0.1:{os.environ.get('FLOWPOSE_PORT', '8000')}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            print(answer.read().decode())
    except urllib.error.HTTPError as error:  # it answers, and says why it is not ready
        print(error.read().decode())
        return 1
    except OSError as error:
        print(f"{url}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
