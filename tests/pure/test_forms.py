"""Fields, forms, and what becomes of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from chatdesk.core.errors import Invalid
from chatdesk.core.forms import Choice, Field, Form, Kind, ask, fill, form_of


@dataclass(frozen=True, slots=True)
class Args:
    text: str = ask("What?", Kind.TEXT, help="In words.", longest=10)
    size: str = ask("How big?", Kind.CHOICE, choices={"s": "Small", "l": "Large"}, default="s")
    whose: str = ask("Whose?", Kind.HIDDEN, default="")


FORM = form_of("Order", Args)


def test_a_dataclass_is_a_form() -> None:
    assert (
        Form(
            "Order",
            (
                Field("text", "What?", Kind.TEXT, (), True, "", "In words.", 10),
                Field("size", "How big?", Kind.CHOICE, (Choice("s", "Small"), Choice("l", "Large")), False, "s", ""),
                Field("whose", "Whose?", Kind.HIDDEN, (), False, "", ""),
            ),
        )
        == FORM
    )
    assert [f.name for f in FORM.asked] == ["text", "size"]


@pytest.mark.parametrize(
    ("answers", "args"),
    [
        ({"text": "a lamp"}, Args("a lamp")),
        ({"text": "a lamp", "size": "l"}, Args("a lamp", "l")),
        ({"text": "a lamp", "size": "L"}, Args("a lamp", "l")),
        ({"text": "a lamp", "size": " large "}, Args("a lamp", "l")),  # its label
        ({"text": "a lamp", "size": ""}, Args("a lamp", "s")),  # nothing chosen: the default
        ({"text": "a lamp", "whose": "T1/U1"}, Args("a lamp", whose="T1/U1")),
        ({"text": "0123456789"}, Args("0123456789")),
    ],
)
def test_fill(answers: Mapping[str, str], args: Args) -> None:
    assert fill(Args, FORM, answers) == args


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({}, {"text": "This is needed."}),
        ({"text": " \n "}, {"text": "This is needed."}),
        ({"text": "01234567890"}, {"text": "At most 10 characters, these are 11."}),
        ({"text": "a", "size": "xl"}, {"size": "One of: s, l."}),
        ({"text": "a", "colour": "red"}, {"colour": "There is no such field."}),
        (
            {"text": "", "size": "xl", "colour": "red"},
            {"text": "This is needed.", "size": "One of: s, l.", "colour": "There is no such field."},
        ),
    ],
)
def test_all_faults_are_told_at_once(answers: Mapping[str, str], faults: Mapping[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        fill(Args, FORM, answers)
    assert refused.value.fields == faults
    assert all(f"{name}: {why}" in refused.value.sentence for name, why in faults.items())


def test_prefilled_answers_become_defaults() -> None:
    form = FORM.prefilled({"text": "as before", "nothing": "of ours"})
    assert [f.default for f in form.fields] == ["as before", "s", ""]
    assert FORM.fields[0].default == ""


@pytest.mark.parametrize(("ask", "label"), [("To whom?", "To whom"), ("Title", "Title"), ("What:", "What")])
def test_a_label_begins_a_sentence(ask: str, label: str) -> None:
    assert Field("x", ask).label == label
