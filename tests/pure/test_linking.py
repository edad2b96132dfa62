"""Codes that link accounts, merges by agents: who may, what follows, and each refusal with its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatdesk.agent_console.call import decide
from chatdesk.areas.area import Area
from chatdesk.conversations import events as ev
from chatdesk.conversations import linking
from chatdesk.conversations import person_events as pe
from chatdesk.conversations.acts import on_act
from chatdesk.conversations.apply import apply
from chatdesk.conversations.case import Asked, Case
from chatdesk.conversations.linking import LinkCode, Linking, Merge, Other, kept_of, refusal
from chatdesk.core.messages import Address, Identity
from tests.builders import ANNA, NOW, PIOTR, a_call, a_case, a_ticket, an_act

OTHER = Identity("telegram", "1002", "Anna on the phone")
ELSEWHERE = Address("telegram", "main/1002")
CODE = LinkCode(2, OTHER.name, OTHER, ELSEWHERE, NOW + timedelta(minutes=5), language="de")
TYPED = "ABCDE-FGHJK"


def a_linking(**more: Any) -> Linking:
    return replace(Linking(person=1, fresh="ABCDEFGHJK", typed=CODE), **more)


def asked(part: Linking, words: str = TYPED) -> Case:
    return a_case(None, [part], asked=Asked(ANNA, words))


@pytest.mark.parametrize(
    ("typed", "normal"), [("abcde-fghjk", "ABCDEFGHJK"), (" ABCDE FGHJK ", "ABCDEFGHJK"), ("-", ""), ("", "")]
)
def test_a_code_is_read_as_people_type_it(typed: str, normal: str) -> None:
    assert linking.normal(typed) == normal
    assert linking.digest(typed) == linking.digest(normal)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (a_linking(), None),
        (a_linking(typed=None), "wrong"),
        (a_linking(typed=replace(CODE, used=True)), "used"),
        (a_linking(typed=replace(CODE, expires=NOW)), "expired"),
        (a_linking(typed=replace(CODE, by=ANNA)), "own"),
        (a_linking(typed=replace(CODE, person=1)), "linked"),
        (a_linking(wrong=5), "tries"),
        (a_linking(wrong=4), None),
        (a_linking(typed=replace(CODE, used=True, expires=NOW)), "used"),
    ],
)
def test_what_a_code_does(part: Linking, why: str | None) -> None:
    assert refusal(part, ANNA, NOW) == why
    events = on_act(asked(part), an_act("link", TYPED))
    if why:
        said = ev.CustomerAnswered(f"link.{why}", params=(("code", TYPED),))
        assert events == [pe.LinkCodeRefused(why), said]
    else:
        assert events[0] == pe.AccountsLinked(1, 2, code="ABCDEFGHJK", told=ELSEWHERE, language="de")


def test_the_same_number_on_another_channel_is_another_account() -> None:
    code = replace(CODE, by=Identity("mail", ANNA.account))
    assert refusal(a_linking(typed=code), ANNA, NOW) is None


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [((1, False), (2, False), (1, 2)), ((2, False), (1, False), (1, 2)), ((1, False), (2, True), (2, 1)),
     ((3, True), (2, True), (2, 3))],
)  # fmt: skip
def test_the_older_stays_and_an_agent_before_all(
    one: tuple[int, bool], other: tuple[int, bool], kept: tuple[int, int]
) -> None:
    assert kept_of(one, other) == kept


def test_a_code_is_given_some_times_an_hour() -> None:
    assert on_act(asked(a_linking(), ""), an_act("link")) == [pe.LinkCodeGiven(1, code="ABCDEFGHJK")]
    assert on_act(asked(a_linking(given=5), ""), an_act("link")) == [ev.CustomerAnswered("link.many")]


def test_unlink_asks_first_and_undoes_what_it_asked_about() -> None:
    merge = Merge(7, 1, 2)
    (question,) = on_act(asked(a_linking(linked=merge)), an_act("unlink"))
    assert isinstance(question, ev.CustomerAnswered)
    (label, act), _ = question.buttons
    assert (label, act.args) == ("button.unlink", {"merge": "7"})
    case = replace(asked(a_linking(linked=merge)), asked=Asked(ANNA, args=act.args))
    assert on_act(case, an_act("unlink_now", merge="7"))[0] == pe.AccountsUnlinked(7, 1, 2)
    later = replace(case, parts={**case.parts, Linking: a_linking(linked=replace(merge, id=8))})
    assert on_act(later, an_act("unlink_now", merge="7")) == [ev.CustomerAnswered("unlink.none")]
    assert on_act(asked(a_linking()), an_act("unlink")) == [ev.CustomerAnswered("unlink.none")]


def test_an_agents_wrong_code_is_noted_and_answered() -> None:
    case = a_case(None, [a_linking(typed=None)], asked=Asked(PIOTR.identity))
    outcome = decide(a_call("link", ticket=None, answers={"code": "nonsense"}), case)
    assert list(outcome.events) == [pe.LinkCodeRefused("wrong")]
    assert outcome.reply.text.startswith("There is no such code.")


def test_an_agent_undoes_a_link_after_being_asked() -> None:
    part = a_linking(linked=Merge(7, 1, 2))
    asked_first = decide(a_call("unlink", ticket=None), a_case(None, [part]))
    assert (list(asked_first.events), asked_first.reply.ok) == ([], True)
    (button,) = asked_first.reply.buttons
    sure = decide(a_call("unlink", ticket=None, answers=button.act.args), a_case(None, [part]))
    assert list(sure.events) == [pe.AccountsUnlinked(7, 1, 2)]
    nothing = decide(a_call("unlink", ticket=None), a_case(None, [a_linking()])).reply
    assert (nothing.ok, nothing.text) == (False, "No other account is linked to yours.")


def merging(part: Other, /, **answers: str) -> Any:
    return decide(a_call("merge_person", answers={"other": "57", **answers}), a_case(a_ticket(), [part]))


def test_a_merge_is_asked_for_once_more() -> None:
    outcome = merging(Other(5, "Anna K"))
    assert not outcome.events
    assert outcome.reply.ok
    assert "Are Anna Keller of #42 and Anna K of #57 the same person?" in outcome.reply.text
    (button,) = outcome.reply.buttons
    assert button.act.args == {"ticket": "42", "other": "57", "sure": "yes"}
    (merged,) = merging(Other(5, "Anna K"), sure="yes").events
    assert merged == pe.PersonsMerged(11, 1, 5, 57, name="Anna Keller", names=("Anna Keller", "Anna K"))


@pytest.mark.parametrize(
    ("other", "typed", "why"),
    [
        (Other(), "57", "There is no ticket 57."),
        (Other(5, "X"), "the other", "There is no ticket the other."),
        (Other(1, "Anna Keller"), "#57", "Tickets #42 and #57 are the same person's already."),
    ],
)
def test_what_cannot_be_merged(other: Other, typed: str, why: str) -> None:
    outcome = merging(other, other=typed)
    assert not outcome.events
    assert outcome.reply.faults == {"other": why}


def test_the_merged_ticket_is_the_kept_persons() -> None:
    case = apply(a_case(a_ticket()), pe.PersonsMerged(11, 5, 1, 57, name="Anna K"))
    assert (case.subject.person, case.customer.person, case.customer.name) == (5, 5, "Anna K")


def test_a_merge_is_undone_by_agents() -> None:
    (parted,) = decide(a_call("part_person"), a_case(a_ticket(), [Other(merged=Merge(7, 1, 5))])).events
    assert parted == pe.PersonsParted(11, 7, 1, 5)
    refused = decide(a_call("part_person"), a_case(a_ticket())).reply
    assert (refused.ok, refused.text) == (False, "Anna Keller of #42 was not merged with anybody.")


def test_start_shows_the_areas_privacy_text_in_the_users_language() -> None:
    area = Area("lab", "Lab", {"en": "Kept for a year.", "de": "Ein Jahr aufbewahrt."})
    told = on_act(a_case(area=area, language="de"), an_act("start"))
    assert told[0] == ev.CustomerAnswered("privacy", params=(("text", "Ein Jahr aufbewahrt."),))
    assert [e.phrase for e in on_act(a_case(), an_act("start")) if isinstance(e, ev.CustomerAnswered)] == ["greeting"]
