"""A user is answered in the language that they write, from the first message on, and may choose another."""

from __future__ import annotations

from typing import Any

from chatdesk.conversations.recognition import language_of
from chatdesk.core.markup import Markup
from tests.stage import Agent, Customer, Stage

GRETA, LUC, ZOFIA = 2001, 2002, 2003


async def user(stage: Stage, id: int, name: str, language_code: str) -> Customer:
    """Somebody whose Telegram is set to a language."""
    await stage.control.post("telegram/users", id=id, first_name=name, language_code=language_code)
    return stage.customer(id)


async def fact(agent: Agent, ticket: int, language: str) -> dict[str, Any]:
    return await agent.card_shows(ticket, f"*Language* {language}")


async def test_a_german_user_reads_german_from_the_first_message_on(stage: Stage) -> None:
    """Anna's Telegram is in English, as those of many are who write German."""
    anna, piotr = stage.customer(), stage.agent()
    await anna.says("Guten Tag!")
    await anna.sees("Guten Tag, Anna Keller! Hier ist der Helpdesk.")
    await anna.presses("Problem melden")
    await anna.sees("Was funktioniert nicht?")
    await anna.says("Ich kann mich nicht am Notebook-Dienst anmelden")
    await anna.sees("Ticket #1: Ich kann mich nicht am Notebook-Dienst anmelden\n\nIhre Nachricht ist angekommen.")
    await anna.sees("Zeit bis zu einer Antwort: höchstens ein Arbeitstag.")
    await anna.sees("Bitte beachten Sie: Support antwortet auf Englisch.")
    await fact(piotr, 1, "German")
    await piotr.clicks(1, "Claim")
    await anna.sees("Piotr Zieliński kümmert sich um Ihr Ticket #1.")
    await anna.says("ssh: Connection timed out, please contact your system administrator for help")
    await anna.says("/tickets")
    await anna.sees("Ihr Ticket:\n\n#1 Ich kann mich nicht am Notebook-Dienst anmelden: in Bearbeitung")
    await piotr.types("/desk resolve 1 Restarted")
    await anna.sees("Restarted\n\nIst Ticket #1 damit gelöst?")
    await anna.presses("Nein, noch nicht")
    await anna.sees("Ticket #1 ist wieder offen. Was stimmt noch nicht?")
    await piotr.types("/desk resolve 1 Restarted again")
    await anna.sees("Restarted again")
    await anna.presses("Ja, es ist gelöst")
    await anna.sees("Vielen Dank. Ticket #1 ist erledigt.")
    await anna.sees("Gelöst, wie Sie bestätigt haben.")
    await fact(piotr, 1, "German")
    await stage.is_quiet()
    said = await anna.bot_said()
    assert {language_of(Markup(text)) for text in said} == {"de", None}
    assert len([text for text in said if "Support antwortet" in text]) == 1


async def test_who_goes_on_in_another_language_is_followed(stage: Stage) -> None:
    luc, piotr = await user(stage, LUC, "Luc", "de"), stage.agent()
    await luc.says("Ich kann mich nicht anmelden")
    await luc.sees("Ihre Nachricht ist angekommen.")
    await luc.says("Je préfère écrire en français, si cela ne vous dérange pas")
    await piotr.thread_shows(1, "Je préfère écrire en français")
    await fact(piotr, 1, "German")
    await luc.says("Le service ne répond plus depuis hier soir")
    await fact(piotr, 1, "French")
    await luc.sees("Nous avons bien reçu votre message. Vous aurez une réponse sous un jour ouvré")
    await piotr.clicks(1, "Claim")
    await luc.sees("Piotr Zieliński s’occupe de votre ticket #1.")
    await luc.says("/end")
    await luc.sees("Souhaitez-vous mettre fin au ticket #1 (Ich kann mich nicht anmelden)\u00a0?")
    await luc.presses("Y mettre fin")
    await luc.sees("Le ticket #1 a pris fin.")


async def test_a_language_is_chosen_and_left_to_the_texts_again(stage: Stage) -> None:
    greta, piotr = await user(stage, GRETA, "Greta", "de"), stage.agent()
    menu = {c["command"]: c["description"] for c in (await greta.chat())["commands"]}
    assert menu["end"] == "Das aktuelle Ticket beenden, oder ein anderes"
    await greta.says("/help")
    await greta.sees("/tickets - Ihre Tickets und wie es um sie steht")
    await greta.says("I cannot log in since this morning")
    await greta.sees("We have your message.")
    await greta.says("/language")
    await greta.sees("In which language shall I write to you? Now it is English.")
    assert (await greta.buttons())[-4:] == ["Deutsch", "English", "Français", "Automatic"]
    await greta.presses("Deutsch")
    await greta.sees("Ab jetzt schreibe ich Ihnen auf Deutsch.")
    await greta.sees("Ihre Nachricht ist angekommen.")
    await fact(piotr, 1, "German")
    await greta.says("The service does not answer at all")
    await greta.says("/tickets")
    await greta.sees("Ihr Ticket:")
    await greta.says("/language Klingonisch")
    await greta.sees("„Klingonisch“ spreche ich nicht.")
    await greta.says("/language français")
    await greta.sees("Désormais, je vous écris en français.")
    await greta.says("/language automatic")
    await greta.sees("From now on I follow the language in which you write.")
    await fact(piotr, 1, "English")


async def test_who_writes_a_language_that_nobody_speaks_is_told_once(stage: Stage) -> None:
    zofia, piotr = await user(stage, ZOFIA, "Zofia", "pl"), stage.agent()
    await zofia.says("Nie mogę się zalogować do systemu")
    await zofia.sees("We have your message.")
    await zofia.sees("Please note: Support answers in English.")
    await fact(piotr, 1, "Polish (the bot speaks English)")
    await zofia.says("Od wczoraj nic nie działa, proszę o pomoc")
    await piotr.thread_shows(1, "Od wczoraj nic nie działa")
    await stage.is_quiet()
    assert len([t for t in await zofia.bot_said() if "Please note" in t]) == 1
    (row,) = await stage.rows("SELECT language, writes, leaning, language_chosen, languages_told FROM conversations")
    assert (row["language"], row["writes"], row["leaning"]) == ("en", "pl", None)
    assert (bool(row["language_chosen"]), bool(row["languages_told"])) == (False, True)
    kept = await stage.rows("SELECT name FROM events WHERE ticket IS NULL AND conversation_id IS NOT NULL ORDER BY id")
    assert [r["name"] for r in kept] == ["LanguageSet", "LanguagesTold"]
