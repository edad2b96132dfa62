"""aiogram's models are built when they are used, and are then what they are without us."""

from __future__ import annotations

import json
import subprocess
import sys

MODELS = """
import json, re, aiogram.methods, aiogram.types
from aiogram.methods.base import Response
def described(model):
    fields = {n: (repr(f.annotation), f.alias, f.is_required()) for n, f in model.model_fields.items()}
    return re.sub("0x[0-9a-f]+", "", repr(fields))  # where a function lies in memory

models = {}
for room in (aiogram.types, aiogram.methods):
    for name in room.__all__:
        model = getattr(room, name)
        if hasattr(model, "model_rebuild") and name != "InputFile":
            model.model_rebuild()
            assert model.__pydantic_complete__, name
            models[name] = described(model)
print(json.dumps(models))
"""

ANSWER = """
from aiogram.methods import SendMediaGroup
from aiogram.methods.base import Response
inner = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "inner"}
message = {**inner, "reply_to_message": inner}
answer = Response[SendMediaGroup.__returning__].model_validate({"ok": True, "result": [message]})
print(answer.result[0].reply_to_message.text)
"""


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_program_builds_no_model_of_aiogram() -> None:
    built = "[n for n in aiogram.types.__all__ if getattr(getattr(aiogram.types, n), '__pydantic_complete__', False)]"
    assert run(f"import chatdesk.cli.serve, chatdesk.cli.doctor, aiogram.types; print({built})") == "[]"
    assert run(f"import chatdesk.cli.checks.telegram, aiogram.types; print({built})") == "[]"


def test_an_answer_of_nested_models_is_read() -> None:
    assert run(f"import chatdesk.adapters.telegram\n{ANSWER}") == "inner"


def test_every_model_is_what_it_is_without_us() -> None:
    ours = json.loads(run(f"import chatdesk.adapters.telegram\n{MODELS}"))
    assert len(ours) > 500
    assert ours == json.loads(run(MODELS))
