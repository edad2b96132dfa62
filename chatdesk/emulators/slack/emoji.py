"""Names of emoji and their signs: those that people at a help desk use.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: an emoji element carries its code points in
`unicode`, joined by dashes; a workspace's own emoji has none. Which of those a workspace has is not modelled: a name
that is not in this table is taken for one of its own.
"""

from __future__ import annotations

import re

from .basics import Json

NAME = r"[a-z0-9_+'\-]{1,100}(?:::skin-tone-[2-6])?"
_FIRST_TONE = 0x1F3F9  # plus the number in the name: skin-tone-2 is U+1F3FB
_TABLE = """
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|exclamation ❗|question ❓|grey_question ❔|bangbang ‼️
information_source ℹ️|sos 🆘|stop_sign 🛑|construction 🚧|incoming_envelope 📨|envelope ✉️|email 📧
mailbox 📫|mailbox_with_mail 📬|inbox_tray 📥|outbox_tray 📤|package 📦|memo 📝|pencil 📝|pencil2 ✏️
clipboard 📋|page_facing_up 📄|page_with_curl 📃|bookmark_tabs 📑|bar_chart 📊|chart_with_upwards_trend 📈
file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|paperclip 📎|link 🔗|pushpin 📌|round_pushpin 📍
label 🏷️|ticket 🎫|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|hourglass ⌛
hourglass_flowing_sand ⏳|watch ⌚|alarm_clock ⏰|stopwatch ⏱️|calendar 📆|date 📅|spiral_calendar_pad 🗓️
clock3 🕒|zzz 💤|bell 🔔|no_bell 🔕|loudspeaker 📢|mega 📣|speech_balloon 💬|left_speech_bubble 🗨️
thought_balloon 💭|telephone_receiver 📞|eyes 👀|eye 👁️|mag 🔍|bulb 💡|zap ⚡|fire 🔥|star ⭐|sparkles ✨
tada 🎉|confetti_ball 🎊|rocket 🚀|checkered_flag 🏁|triangular_flag_on_post 🚩|trophy 🏆|gem 💎|moneybag 💰
euro 💶|dollar 💵|credit_card 💳|receipt 🧾|shopping_trolley 🛒|truck 🚚|arrow_right ➡️|arrow_left ⬅️
arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️
arrows_counterclockwise 🔄|repeat 🔁|heavy_plus_sign ➕|heavy_minus_sign ➖|recycle ♻️|wastebasket 🗑️
gear ⚙️|wrench 🔧|hammer_and_wrench 🛠️|robot_face 🤖|bug 🐛|test_tube 🧪|microscope 🔬|dna 🧬|books 📚
book 📖|newspaper 📰|globe_with_meridians 🌐|earth_africa 🌍|flag-de 🇩🇪|house 🏠|office 🏢
desktop_computer 🖥️|large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨
large_green_square 🟩|large_blue_square 🟦|large_purple_square 🟪|white_large_square ⬜
black_large_square ⬛|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢
large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|small_blue_diamond 🔹
small_orange_diamond 🔸|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|raised_hands 🙌
raised_hand ✋|clap 👏|pray 🙏|muscle 💪|point_right 👉|point_up ☝️|handshake 🤝|heart ❤️|green_heart 💚
blue_heart 💙|slightly_smiling_face 🙂|smile 😄|grinning 😀|joy 😂|wink 😉|thinking_face 🤔|neutral_face 😐
disappointed 😞|cry 😢|rage 😡|sweat_smile 😅|scream 😱|sunglasses 😎|100 💯|bust_in_silhouette 👤
busts_in_silhouette 👥|technologist 🧑‍💻|hammer 🔨|ghost 👻|arrow_upper_right ↗️
twisted_rightwards_arrows 🔀|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|new 🆕|ok 🆗|free 🆓|soon 🔜
back 🔙|mute 🔇|pause_button ⏸️|double_vertical_bar ⏸️
"""
_SIGNS: dict[str, str] = dict(entry.split(" ", 1) for entry in re.split(r"[|\n]", _TABLE.strip()))
# The first name of a sign is the one that Slack writes.
_NAMES = {sign: name for name, sign in reversed(_SIGNS.items())}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_NAMES, key=len, reverse=True))
# A part of a longer sign (joined to another, or of another shape) is left alone.
_TYPED = re.compile(f"(?<!\u200d)({_SIGN})([\U0001f3fb-\U0001f3ff]?)(?![\u200d\ufe0f\U0001f3fb-\U0001f3ff])")


def named(text: str) -> str:
    """Signs become names, as Slack's composer writes them."""
    return _TYPED.sub(_name, text)


def _name(found: re.Match[str]) -> str:
    tone = f"::skin-tone-{ord(found[2]) - _FIRST_TONE}" if found[2] else ""
    return f":{_NAMES[found[1]]}{tone}:"


def element(name: str) -> Json:
    """The rich_text element of a name."""
    base, _, tone = name.partition("::skin-tone-")
    made: Json = {"type": "emoji", "name": base}
    if base in _SIGNS:
        made["unicode"] = "-".join(f"{ord(c):x}" for c in _SIGNS[base])
    if tone:
        made["skin_tone"] = int(tone)
        if base in _SIGNS:
            made["unicode"] += f"-{_FIRST_TONE + int(tone):x}"
    return made
