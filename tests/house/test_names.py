"""A file is named for its subject."""

from __future__ import annotations

import re

from tests.house.house import ROOT, VIEW, modules

SAYS_NOTHING = re.compile(r"(^|_)(utils?|helpers?|commons?|misc|managers?|stuff|base)(_|$)", re.IGNORECASE)


def test_no_file_or_folder_has_a_name_that_says_nothing():
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    paths = [path.relative_to(ROOT) for path in [*modules(), *VIEW.rglob("*.ts"), *tests]]
    assert [str(path) for path in paths if any(SAYS_NOTHING.search(part) for part in path.with_suffix("").parts)] == []


def test_no_file_is_empty_and_no_room_is():
    files = [path for path in [*modules(), *VIEW.rglob("*.ts")] if not path.read_text(encoding="utf-8").strip()]
    rooms = {path.parent for path in modules() if path.name == "__init__.py"}
    unused = [
        room for room in rooms if not any(child.name not in {"__init__.py", "__pycache__"} for child in room.iterdir())
    ]
    assert files + unused == []
