"""Canned replies: whose they are, how they are found, what is filled in, and what is wrong with a file of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatdesk.areas.canned import LONGEST, Canned, CannedReply, fault_of_text
from chatdesk.areas.canned_file import WrongCanned, load
from chatdesk.areas.loader import WrongDesk, parse
from tests.builders import a_group

SUPPORT, GRID = a_group(), a_group(id="grid", area="physics", name="Grid")
KNOWN = (("support", "grid"), ("default", "physics"))
FOR_ALL = CannedReply("Password reset", {"en": "Reset it.", "de": "Setzen Sie es zurück."})
FOR_PHYSICS = CannedReply("quota", "Ask your site.", area="physics")
FOR_GRID = CannedReply("password reset", "Ask {user}.", group="grid")
CANNED = Canned((FOR_ALL, FOR_PHYSICS, FOR_GRID))


def test_each_group_has_its_own_those_of_its_area_and_those_of_all() -> None:
    assert CANNED.of(SUPPORT, "en") == [FOR_ALL]
    assert CANNED.of(GRID, "en") == [FOR_ALL, FOR_GRID, FOR_PHYSICS]


def test_what_speaks_the_users_language_comes_first() -> None:
    german = CannedReply("zebra", {"de": "Ja."})
    assert [r.name for r in Canned((FOR_PHYSICS, german, FOR_GRID)).of(GRID, "de")] == [
        "zebra",
        "password reset",
        "quota",
    ]


@pytest.mark.parametrize("typed", ["password reset", "PASSWORD RESET", " Password   reset "])
def test_a_name_is_found_as_typed_and_the_groups_own_goes_first(typed: str) -> None:
    assert CANNED.named(typed, SUPPORT) is FOR_ALL
    assert CANNED.named(typed, GRID) is FOR_GRID


@pytest.mark.parametrize(
    ("typed", "near"), [("pasword reset", ["Password reset"]), ("pass", ["Password reset"]), ("hello", []), ("", [])]
)
def test_near_a_name(typed: str, near: list[str]) -> None:
    assert CANNED.named(typed, SUPPORT) is None
    assert CANNED.near(typed, SUPPORT) == near


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Setzen Sie es zurück."), ("en", "Reset it."), ("fr", "Reset it.")]
)
def test_in_the_users_language_else_in_its_own(language: str, text: str) -> None:
    assert FOR_ALL.filled(language, {}) == text


def test_what_is_filled_in_is_not_read_again() -> None:
    assert FOR_GRID.filled("en", {"user": "{agent}"}) == "Ask {agent}."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Hello {user}, this is {agent} of {group}: #{number} {title}, {answer_within}.", None),
        ("{{as it stands}}", None),
        ("Hello {usr}", "{usr} cannot be filled in (is {user} meant?)"),
        ("Hello {planet}", "{planet} cannot be filled in; there are {user}, {agent}, {number}"),
        ("Hello {user.name}", "{user.name} cannot be filled in"),
        ("Hello {}", "{} cannot be filled in; there are"),
        ("{number:05}", "{number} stands for a word as it is"),
        ("{user!r}", "{user} stands for a word as it is"),
        ("Hello {user", "a { or } stands alone"),
        ("Hello user}", "a { or } stands alone"),
        ("  ", "is empty"),
        ("x" * LONGEST, None),
        ("x" * (LONGEST + 1), "has 2501 characters, and may have 2500"),
    ],
)
def test_placeholders_are_checked(text: str, fault: str | None) -> None:
    found = fault_of_text(text)
    assert found is None if fault is None else found is not None and found.startswith(fault)


# -- the file ----------------------------------------------------------------------------------------------

GOOD = """
canned:
  - name: Password  reset
    text:
      de: Guten Tag {user}
      en: |
        Hello {user},
        set a new one.
  - name: quota
    group: grid
    text: Ask your site.
  - {name: Quota, area: physics, text: "Ask us."}
"""


def test_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "canned.yaml"
    file.write_text(GOOD)
    english = "Hello {user},\nset a new one."
    assert load(file, *KNOWN) == Canned(
        (
            CannedReply("Password reset", {"de": "Guten Tag {user}", "en": english}),
            CannedReply("quota", "Ask your site.", group="grid"),
            CannedReply("Quota", "Ask us.", area="physics"),
        )
    )


@pytest.mark.parametrize("text", ["", "canned: []\n", "# nothing yet\n"])
def test_an_empty_file_holds_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "canned.yaml"
    file.write_text(text)
    assert load(file, *KNOWN) == Canned()


WRONG = """
canned:
  - nme: quota
    text: Hello {usr}
  - name: login
    group: grd
    area: physics
    text: {de: "", xx_: Yes}
  - just words
  - name: Login
    group: grd
    text: [1]
  - name: %s
    text: Yes
replies: x
"""


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "canned.yaml"
    file.write_text(WRONG % ("x" * 61))
    with pytest.raises(WrongCanned) as raised:
        load(file, *KNOWN)
    told = str(raised.value).replace(f"{file}, ", "").splitlines()
    assert told == [
        "line 3: canned.#1.nme: there is no such field (is name meant?).",
        "line 3: canned.#1.name: is missing: it is what agents find it by.",
        "line 4: canned.#1.text: {usr} cannot be filled in (is {user} meant?); there are {user}, {agent}, {number}, "
        "{title}, {group}, {answer_within}.",
        "line 6: canned.#2.group: there is no group grd (is grid meant?).",
        "line 7: canned.#2.area: stands beside a group, which belongs to one area: leave one out.",
        "line 8: canned.#2.text.de: is empty.",
        "line 8: canned.#2.text.xx_: is no language: en, de, fr.",
        "line 9: canned.#3: has fields of its own: name, text, and group or area.",
        "line 11: canned.#4.group: there is no group grd (is grid meant?).",
        "line 12: canned.#4.text: is missing: a text, or texts by language.",
        "line 13: canned.#5.name: must be one line of at most 60 characters.",
        "line 15: replies: has no meaning here: the file holds canned alone.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("canned: x\n", "line 1: canned: must be a list"),
        ("- name: x\n", "line 1: must begin with canned:"),
        ("canned:\n\t- x\n", "line 2: it begins with a tab"),
        ("canned:\n- {name: a, text: x}\n- {name: A, text: y}\n", "line 3: canned.#2.name: line 2 has the same name"),
    ],
)
def test_what_else_may_be_wrong(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "canned.yaml"
    file.write_text(text)
    with pytest.raises(WrongCanned, match=words):
        load(file, *KNOWN)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(WrongCanned, match="cannot be read: No such file"):
        load(tmp_path / "none.yaml", *KNOWN)
    (tmp_path / "latin.yaml").write_bytes("ü".encode("latin-1"))
    with pytest.raises(WrongCanned, match="no text in UTF-8"):
        load(tmp_path / "latin.yaml", *KNOWN)


DESK = """
groups:
  - {id: grid, name: Grid, channel: grid}
canned:
  - {name: quota, group: %s, text: "%s"}
"""


def test_they_may_stand_in_desk_yaml() -> None:
    loaded = parse(DESK % ("grid", "Ask your site."), "desk.yaml", {}, {})
    assert loaded.directory.canned == Canned((CannedReply("quota", "Ask your site.", group="grid"),))


def test_what_is_wrong_with_them_there_is_told_the_same_way() -> None:
    with pytest.raises(WrongDesk) as raised:
        parse(DESK % ("gird", "Hello {usr}"), "desk.yaml", {}, {})
    assert [line.split(";")[0] for line in str(raised.value).splitlines()] == [
        "desk.yaml, line 5: canned.#1.group: there is no group gird (is grid meant?).",
        "desk.yaml, line 5: canned.#1.text: {usr} cannot be filled in (is {user} meant?)",
    ]
