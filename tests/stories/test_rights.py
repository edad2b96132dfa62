"""Rights follow Slack at once, and by looking anew where no event told of it; each change is on record."""

from __future__ import annotations

import json

import pytest

from chatdesk.adapters.slack import roster
from tests.processes import everything_is_done
from tests.stage import CHANNEL, INGRID, PIOTR, Stage, until
from tests.stories.desks import MIREK, OTTO
from tests.stories.test_exchange import CLOUD


async def agents_of(stage: Stage, group: str) -> set[str]:
    rows = await stage.rows(f"SELECT account FROM memberships WHERE group_id = '{group}' AND belongs")
    return {str(r["account"]).split("/")[1] for r in rows}


async def become(stage: Stage, group: str, *users: str) -> None:
    async def look() -> bool:
        return await agents_of(stage, group) == set(users)

    await until(look, f"{users} as the agents of {group}", 20)


async def recorded(stage: Stage, group: str) -> list[tuple[str, str, list[str]]]:
    """(what told of it, what became of it, who) of each change, in order."""
    rows = await stage.rows("SELECT via, content FROM events WHERE name = 'RightsChanged' ORDER BY id")
    found = []
    for row in rows:
        content = json.loads(row["content"])
        if content["group"] == group:
            found += [
                (row["via"], how, [account.split("/")[1] for account, _ in content[how]])
                for how in ("came", "went", "others")
                if content[how]
            ]
    return found


async def test_events_change_rights_at_once(lines: Stage) -> None:
    await lines.start()
    control = lines.control
    for group, agent in (("l1", PIOTR), ("experts", INGRID), ("cloud", OTTO), ("storage", MIREK)):
        await become(lines, group, agent)
    await everything_is_done(lines)
    await control.post("slack/join", user=INGRID, channel=CHANNEL)
    await become(lines, "l1", PIOTR, INGRID)
    await control.post("slack/users", id=INGRID, name="ingrid", is_restricted=True)  # a guest now
    await become(lines, "l1", PIOTR)
    await become(lines, "experts")
    await control.post("slack/users", id=INGRID, name="ingrid", is_restricted=False)
    await become(lines, "l1", PIOTR, INGRID)
    await control.post("slack/users", id=INGRID, name="ingrid", deleted=True)
    await become(lines, "l1", PIOTR)
    await control.post("slack/users", id=INGRID, name="ingrid", deleted=False)
    await become(lines, "l1", PIOTR, INGRID)
    await control.post("slack/leave", user=INGRID, channel=CHANNEL)
    await become(lines, "l1", PIOTR)
    changes = (await recorded(lines, "l1"))[-6:]
    assert [(via, how, who) for via, how, who in changes] == [
        ("slack:member_joined_channel", "came", [INGRID]),
        ("slack:user_change", "went", [INGRID]),
        ("slack:user_change", "came", [INGRID]),
        ("slack:user_change", "went", [INGRID]),
        ("slack:user_change", "came", [INGRID]),
        ("slack:member_left_channel", "went", [INGRID]),
    ]


async def test_what_no_event_told_of_is_found_by_looking_anew(lines: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "EVERY", 0.5)
    monkeypatch.setattr(roster, "NIGHT", 0.5)
    await lines.start()
    control = lines.control
    await become(lines, "l1", PIOTR)
    await everything_is_done(lines)
    app = await control.get("slack/app")
    deaf = [e for e in app["events"] if not e.startswith("member_") and e != "user_change"]
    await control.post("slack/app", events=deaf)  # Slack tells nothing of people any more
    await control.post("slack/join", user=INGRID, channel=CHANNEL)
    await become(lines, "l1", PIOTR, INGRID)
    await control.post("slack/users", id=INGRID, name="ingrid", is_restricted=True)
    await become(lines, "l1", PIOTR)
    await control.post("slack/users", id=INGRID, name="ingrid", is_restricted=False)
    await become(lines, "l1", PIOTR, INGRID)
    await control.post("slack/leave", user=INGRID, channel=CHANNEL)
    await become(lines, "l1", PIOTR)
    assert (await recorded(lines, "l1"))[-4:] == [
        ("slack:reconciliation", how, [INGRID]) for how in ("came", "went", "came", "went")
    ]


async def test_in_a_channel_made_public_nobody_is_an_agent_who_is_not_listed(
    lines: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack tells bots of no such change: it is found by the next look."""
    monkeypatch.setattr(roster, "EVERY", 0.5)
    await lines.start()
    await become(lines, "cloud", OTTO)
    members = [OTTO, str((await lines.control.get("slack/app"))["bot_user_id"])]
    await lines.control.post("slack/channels", id=CLOUD, name="cloud", private=False, members=members)
    await become(lines, "cloud")
    assert ("slack:reconciliation", "others", [OTTO]) in await recorded(lines, "cloud")  # he is the area's admin still
