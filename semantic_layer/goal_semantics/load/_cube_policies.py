"""Access policies of Cube: what they guard is closed to all whom they do not let see everything.

Their conditions are not a catalog's, and nobody may see more than in Cube.
"""

from __future__ import annotations

from goal_semantics.load._cube_shape import Policy as CubePolicy
from goal_semantics.model import Policy


def closed(dataset: str, policies: tuple[CubePolicy, ...]) -> Policy | None:
    """The policy of a dataset; None if there is none, or everybody may see everything."""
    if not policies:
        return None
    groups = [group for policy in policies if _sees_everything(policy) for group in _groups(policy)]
    if "*" in groups:
        return None
    return Policy(dataset=dataset, rows="FALSE", exempt_groups=tuple(dict.fromkeys(groups)))


def _groups(policy: CubePolicy) -> tuple[str, ...]:
    return tuple(group for group in (policy.role, policy.group, *policy.groups) if group)


def _sees_everything(policy: CubePolicy) -> bool:
    rows = policy.row_level is None or policy.row_level == {"allow_all": True}
    members = policy.member_level is None or policy.member_level == {"includes": "*"}
    return rows and members and policy.conditions is None and policy.member_masking is None
