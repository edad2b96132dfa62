"""The tables. State is a row, history an append-only log; areas are on every row that belongs to one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from chatdesk.storage.database import UTCDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")

areas = Table("areas", metadata, Column("id", String, primary_key=True), Column("name", String, nullable=False))

configurations = Table(
    "configurations",
    metadata,
    Column("revision", Id, primary_key=True, autoincrement=True),
    Column("at", UTCDateTime, nullable=False),
    Column("by", String, nullable=False),  # who applied it, as their system calls them
    Column("text", Text, nullable=False),  # desk.yaml, as it was written
    Column("refused", Text, nullable=False, server_default=text("''")),  # why running desks go on without it
)

groups = Table(
    "groups",
    metadata,
    Column("id", String, primary_key=True),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("home_channel", String, nullable=False),
    Column("home_room", String, nullable=False),
    Column("answer_within", String, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("erased_at", UTCDateTime),
)

identities = Table(
    "identities",
    metadata,
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    PrimaryKeyConstraint("channel", "account"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("group_id", ForeignKey("groups.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("belongs", Boolean, nullable=False, server_default=true()),  # false: an area's admin, a process manager
    PrimaryKeyConstraint("group_id", "channel", "account"),
)

merges = Table(
    "merges",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kept", ForeignKey("people.id"), nullable=False, index=True),
    Column("gone", ForeignKey("people.id"), nullable=False),
    Column("how", String, nullable=False),  # code: linked by its own accounts; agent: merged by one
    Column("at", UTCDateTime, nullable=False),
    Column("by_account", String, nullable=False),
    Column("via", String, nullable=False),
    Column("moved", Text, nullable=False),  # JSON: what was the other person's, so that it can be given back
    Column("undone_at", UTCDateTime),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("digest", String, primary_key=True),  # the code itself is not kept
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("room", String, nullable=False),  # where it was asked for
    Column("made_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
)

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_link_tries_channel_account", "channel", "account"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String, nullable=False),
    Column("room", String, nullable=False),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("group_id", ForeignKey("groups.id"), nullable=False),
    Column("person_id", ForeignKey("people.id")),  # null only inside the transaction that makes both
    Column("language", String, nullable=False),  # in which we write
    Column("writes", String),  # what the texts are in, once one told; we may not speak it
    Column("leaning", String),  # what the last text was in, when that was another
    Column("language_chosen", Boolean, nullable=False, server_default=false()),  # by the user
    Column("languages_told", Boolean, nullable=False, server_default=false()),  # which the group answers
    Column("current_ticket", Integer),
    Column("fresh", Boolean, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("left_at", UTCDateTime),  # since when the customer cannot be reached there
    Column("pending", Text, nullable=False, server_default=text("''")),  # messages after an end, as JSON
    Column("album", Text, nullable=False, server_default=text("''")),  # one whose parts are arriving, as JSON
    Column("writers", Text, nullable=False, server_default=text("''")),  # who wrote in quick succession, as JSON
    Column("gathered", Text, nullable=False, server_default=text("''")),  # keys of what came too fast, as JSON
    Column("mute", Text, nullable=False, server_default=text("''")),  # as JSON
    Column("circle", String, nullable=False, server_default=text("''")),  # name of the circle that speaks there
    Column("readers", Integer, nullable=False, server_default=text("0")),  # how many people it has, so far as known
    Column("no_bulletins", Boolean, nullable=False, server_default=false()),  # its user wants none
    Column("fresh_within", String),  # key of the place within the chat where a new ticket was asked for
    UniqueConstraint("channel", "room"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("group_id", ForeignKey("groups.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("origin_channel", String, nullable=False),
    Column("origin_room", String, nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("priority", String, nullable=False),
    Column("assignee_id", ForeignKey("people.id")),
    Column("assigned_at", UTCDateTime),
    Column("turn", String, nullable=False),
    Column("turn_since", UTCDateTime, nullable=False),
    Column("told_who", Boolean, nullable=False),
    Column("last_said", String),  # key of the customer's last message
    Column("last_words", BigInteger, nullable=False, server_default=text("0")),  # its print
    Column("last_reply", String),
    Column("solution", String),
    Column("qualifier", String),
    Column("relates_to", Integer),
    Column("seq", Integer, nullable=False),
    Column("heard_at", UTCDateTime),  # when the last message of the customer was written
    Column("answered_at", UTCDateTime),  # when the last reply in its thread was written
    Column("held", Text, nullable=False, server_default=text("''")),  # replies that wait, as JSON
    Column("left_at", UTCDateTime),  # since when its customer cannot be reached
    Column("ended_at", UTCDateTime),
    Column("writing", Text, nullable=False, server_default=text("''")),  # agents who are writing a reply, as JSON
    Column("earlier", Text, nullable=False, server_default=text("''")),  # of the same customer, for the card, as JSON
    Column("emptied_at", UTCDateTime),  # when its words were removed: they had been kept as long as the area keeps them
    Column("tags", String, nullable=False, server_default=text("''")),  # words with spaces between
    Column("told_owner_id", Id),  # the person whom the thread last told that it is theirs
    Column("called", String),  # key of the line in the channel that calls for somebody
    Column("apart", Boolean, nullable=False, server_default=false()),  # it has a place of its own within the chat
    Column("moved_seq", Integer, nullable=False, server_default=text("0")),  # of the event that last moved it
    Column("began_in_id", Id),  # conversation in which it was opened, once its user has been answered in another
    Column("type", String, nullable=False, server_default=text("'incident'")),
    Column("service", String),  # id of the service that it is about
    Column("spam", Boolean, nullable=False, server_default=false()),
    Column("came_from", String),  # id of the group that had it before this one
    Column("shared", String, nullable=False, server_default=text("''")),  # ids of areas that may read it, with spaces
)
Index(
    "ix_tickets_open",
    tickets.c.group_id,
    tickets.c.number,
    sqlite_where=text("is_open = 1"),
    postgresql_where=text("is_open"),
)

messages = Table(
    "messages",
    metadata,
    Column("key", String, primary_key=True),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("ticket", ForeignKey("tickets.number")),
    Column("seq", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("audience", String, nullable=False),  # public, internal, undecided
    Column("side", String, nullable=False),  # customer, agent
    Column("account", String, nullable=False),
    Column("author", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),  # received, held, queued, sending, sent, failed, blocked, ...
    Column("doubtful", Boolean, nullable=False),  # sent again after a crash: perhaps twice
    Column("why", String, nullable=False),  # of a failure
    Column("copies", String, nullable=False, server_default=text("''")),  # numbers of what shows it on the other side
)
Index("ix_messages_ticket_seq", messages.c.ticket, messages.c.seq)

versions = Table(
    "versions",
    metadata,
    Column("message", ForeignKey("messages.key"), nullable=False),
    Column("number", Integer, nullable=False),  # of the event that changed it: they count upwards
    Column("until", UTCDateTime, nullable=False),  # when it was changed
    Column("body", Text, nullable=False),  # what it said until then
    PrimaryKeyConstraint("message", "number"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversations.id")),  # null: of an agent's own, which is in nobody's chat
    Column("ticket", ForeignKey("tickets.number")),
    Column("seq", Integer, nullable=False),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("by_account", String, nullable=False),
    Column("via", String, nullable=False),
    Column("name", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
)
Index("uq_events_ticket_seq", events.c.ticket, events.c.seq, unique=True)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("ticket", Integer),
    Column("channel", String, nullable=False),
    Column("room", String, nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("pending", Boolean, nullable=False),  # queued or sending
    Column("attempts", Integer, nullable=False),
    Column("due", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("doubtful", Boolean, nullable=False),
    Column("why", String, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("received_at", UTCDateTime),  # when what caused it reached the desk
    Column("sent_at", UTCDateTime),
    sqlite_autoincrement=True,
)
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=text("pending = 1"), postgresql_where=text("pending"))
Index("ix_outbox_ticket", outbox.c.ticket)

links = Table(
    "links",
    metadata,
    Column("key", String, nullable=False),
    Column("part", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("room", String, nullable=False),
    Column("native", String, nullable=False),
    PrimaryKeyConstraint("key", "part"),
    UniqueConstraint("channel", "room", "native"),
)

inputs = Table(
    "inputs",
    metadata,
    Column("key", String, primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
)

parked = Table(
    "parked",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("raw", Text, nullable=False),
    Column("why", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("key", String, primary_key=True),
    Column("ticket", ForeignKey("tickets.number")),  # null: it belongs to a conversation
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("due", UTCDateTime, nullable=False, index=True),
    Column("channel", String, nullable=False, server_default=text("''")),  # where that conversation is
    Column("room", String, nullable=False, server_default=text("''")),
)

absences = Table(
    "absences",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),  # null: until further notice
    Column("zone", String, nullable=False),  # of the agent, in which the end is shown
    Column("deputy_id", ForeignKey("people.id")),  # who takes what the agent holds; null: the queue
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("group_id", ForeignKey("groups.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),  # null: until somebody else is put on
    Column("note", Text, nullable=False),  # of who handed it over
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("service", String),  # id; null: it concerns the whole area
    Column("kind", String, nullable=False),  # maintenance, problem
    Column("text", Text, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),  # null: until somebody ends it
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("ended_at", UTCDateTime),
)

bulletins_told = Table(
    "bulletins_told",
    metadata,
    Column("bulletin_id", ForeignKey("bulletins.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("over", Boolean, nullable=False),  # they have read that it is
    PrimaryKeyConstraint("bulletin_id", "conversation_id"),
)

files = Table(
    "files",
    metadata,
    Column("source", String, primary_key=True),  # where it came from, as the channel calls it
    Column("sha256", String, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
