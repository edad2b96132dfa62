"""Groups as rows: they may change their homes with each other, and be left out."""

from __future__ import annotations

from sqlalchemy import insert, select

from chatdesk.areas.area import Area
from chatdesk.areas.directory import Directory
from chatdesk.areas.store import homes_of, save_directory
from chatdesk.core.messages import Address
from chatdesk.desk.configuring import hindrances, prepare
from chatdesk.storage import schema
from chatdesk.storage.database import Database
from tests.builders import HOME, NOW, a_group

AREA = (Area("default", "Default"),)
OTHER = Address("slack", "T1/C2")


def a_directory(**homes: Address) -> Directory:
    return Directory(AREA, tuple(a_group(id=id, home=home) for id, home in homes.items()), next(iter(homes)))


async def test_groups_change_their_homes_with_each_other(database: Database) -> None:
    for homes in ({"support": HOME, "grid": OTHER}, {"support": OTHER, "grid": HOME}, {"grid": OTHER}):
        async with database.begin() as c:
            await save_directory(c, a_directory(**homes))
            found = await homes_of(c)
        assert {id: found[id] for id in homes} == homes
    assert found["support"].channel == "", "it has none any more"


async def test_what_a_group_leaves_behind(database: Database) -> None:
    async with database.begin() as c:
        place = {"channel": "telegram", "room": "main/1", "area_id": "default", "group_id": "support"}
        person = insert(schema.people).values(name="Anna", created_at=NOW).returning(schema.people.c.id)
        who = (await c.execute(person)).scalar_one()
        rest = {"person_id": who, "language": "en", "fresh": False, "seq": 0}
        made = insert(schema.conversations).values(**place, **rest).returning(schema.conversations.c.id)
        where = (await c.execute(made)).scalar_one()
        for number, state in ((1, "new"), (2, "solved"), (3, "verified"), (4, "closed")):
            ticket = {
                **{"number": number, "area_id": "default", "group_id": "support", "conversation_id": where},
                **{
                    "person_id": who,
                    "origin_channel": "telegram",
                    "origin_room": "main/1",
                    "opened_at": NOW,
                    "turn_since": NOW,
                },
                **{"changed_at": NOW, "title": "x", "state": state, "is_open": number == 1, "priority": "low"},
                **{"turn": "desk", "told_who": False, "seq": 1},
            }
            await c.execute(insert(schema.tickets).values(**ticket))
        (hindrance,) = await hindrances(c, a_directory(grid=OTHER))
        assert "The group support is configured no more, and 2 of its tickets are not over (#1, #2)." in hindrance
        assert await hindrances(c, a_directory(grid=OTHER, support=HOME)) == []
        elsewhere = Directory((*AREA, Area("lab", "Lab")), (a_group(area="lab", home=HOME),), "support")
        (hindrance,) = await hindrances(c, elsewhere)
        assert "The group support would go from area default to lab, and 2 of its tickets are not over" in hindrance
        renamed = Directory((Area("lab", "Lab"),), (a_group(area="lab", home=HOME),), "support")
        await prepare(c, renamed)
        await save_directory(c, renamed)
        for table in (schema.tickets, schema.conversations):
            assert set((await c.execute(select(table.c.area_id))).scalars()) == {"lab"}
