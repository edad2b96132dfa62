"""Reactions that both sides have: Slack calls them by name, Telegram by sign.

Telegram's are a fixed list (https://core.telegram.org/bots/api#reactiontypeemoji); the names are those of Slack's
own emoji picker.
"""

from __future__ import annotations

_NAMES = """
👍 +1 thumbsup|👎 -1 thumbsdown|❤ heart|🔥 fire|🥰 smiling_face_with_3_hearts|👏 clap|😁 grin|🤔 thinking_face
🤯 exploding_head shocked_face_with_exploding_head|😱 scream|🤬 face_with_symbols_on_mouth|😢 cry|🎉 tada|🤩 star-struck
🤮 face_vomiting|💩 hankey poop|🙏 pray|👌 ok_hand|🕊 dove_of_peace|🤡 clown_face|🥱 yawning_face|🥴 woozy_face
😍 heart_eyes|🐳 whale|❤‍🔥 heart_on_fire|🌚 new_moon_with_face|🌭 hotdog|💯 100|🤣 rolling_on_the_floor_laughing
⚡ zap|🍌 banana|🏆 trophy|💔 broken_heart|🤨 face_with_raised_eyebrow|😐 neutral_face|🍓 strawberry|🍾 champagne
💋 kiss|🖕 middle_finger|😈 smiling_imp|😴 sleeping|😭 sob|🤓 nerd_face|👻 ghost|👨‍💻 male-technologist|👀 eyes
🎃 jack_o_lantern|🙈 see_no_evil|😇 innocent|😨 fearful|🤝 handshake|✍ writing_hand|🤗 hugging_face|🫡 saluting_face
🎅 santa|🎄 christmas_tree|☃ snowman|💅 nail_care|🤪 zany_face|🗿 moyai|🆒 cool|💘 cupid|🙉 hear_no_evil|🦄 unicorn_face
😘 kissing_heart|💊 pill|🙊 speak_no_evil|😎 sunglasses|👾 space_invader|🤷‍♂ man-shrugging|🤷 shrug|🤷‍♀ woman-shrugging
😡 rage
"""
VARIATION = "\ufe0f"  # asks for the coloured form of a sign; the two services differ in where they write it
_LISTED = [entry.split() for line in _NAMES.strip().splitlines() for entry in line.split("|")]
NAME_OF = {sign: names[0] for sign, *names in _LISTED}
SIGN_OF = {name: sign for sign, *names in _LISTED for name in names}


def name_of(sign: str) -> str | None:
    """Slack's name of a sign; None where it has none."""
    return NAME_OF.get(sign.replace(VARIATION, ""))


def sign_of(name: str) -> str:
    """The sign that a name of Slack's stands for, in whatever tone of skin; `:name:` where Telegram has none."""
    return SIGN_OF.get(plain_name(name), f":{name}:")


def plain_name(name: str) -> str:
    """The name without a tone of skin: `wave::skin-tone-2` is `wave`."""
    return name.split("::")[0]
