"""Access policies of Cube: what they guard is closed to all whom they do not let see everything.

Their conditions are not a catalog's, and nobody may see more than in Cube.
"""

from __future__ import annotations

from collections.abc import Iterable

from goal_semantics.load._cube_shape import Policy as CubePolicy
from goal_semantics.model import Policy


def closed(dataset: str, guards: Iterable[tuple[CubePolicy, ...]]) -> Policy | None:
    """The policy of a dataset that its cube and every view of it guard; None if everybody may see everything.

    Members of a group see it if every guard lets that group see everything.
    """
    exempt = [
        [group for policy in policies if _sees_everything(policy) for group in _groups(policy)]
        for policies in guards
        if policies
    ]
    strict = [groups for groups in exempt if "*" not in groups]
    if not strict:
        return None
    everywhere = [group for group in dict.fromkeys(strict[0]) if all(group in groups for groups in strict)]
    return Policy(dataset=dataset, rows="FALSE", exempt_groups=tuple(everywhere))


def _groups(policy: CubePolicy) -> tuple[str, ...]:
    return tuple(group for group in (policy.role, policy.group, *policy.groups) if group)


def _sees_everything(policy: CubePolicy) -> bool:
    rows = policy.row_level is None or policy.row_level == {"allow_all": True}
    members = policy.member_level is None or policy.member_level == {"includes": "*"}
    return rows and members and policy.conditions is None and policy.member_masking is None
