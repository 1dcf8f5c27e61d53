"""Where the rooms are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "kernel_ext/jupyter_goal"
COMPILER = ROOT / "semantic_layer/goal_semantics"
VIEW = ROOT / "labextension/src"

# Folders in which each file is one implementation; see "An OPEN folder has one shape" in kernel_ext/README.md.
OPEN_FOLDERS = (
    AGENT / "agent/analyses",
    AGENT / "agent/checks",
    AGENT / "charts",
    AGENT / "connectors",
    AGENT / "llm",
    COMPILER / "load",
    COMPILER / "metrics",
)


def modules() -> list[Path]:
    """Every Python module of the product."""
    return sorted(path for package in (AGENT, COMPILER) for path in package.rglob("*.py"))


def open_folders() -> list[Path]:
    return [folder for folder in OPEN_FOLDERS if (folder / "__init__.py").exists()]


def name(module: Path) -> str:
    """The dotted import name of a module's path."""
    source_root = AGENT.parent if module.is_relative_to(AGENT) else COMPILER.parent
    parts = module.relative_to(source_root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
