"""Who belongs to a group, with which rights (https://core.telegram.org/bots/api#chatmember)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

INSIDE = ("creator", "administrator", "member")
STATUSES = (*INSIDE, "left", "kicked")
# https://core.telegram.org/bots/api#chatmemberadministrator, as far as they are rights in groups
ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
USUAL_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_pin_messages",
)


@dataclass(slots=True)
class Group:
    """`bot` is the bot's own status, `rights` what it may do as administrator. `privacy` is its privacy mode as it was
    when it joined. `moved_to` is the supergroup that took this group's place."""

    members: dict[int, str] = field(default_factory=dict)  # user id -> status
    bot: str = "left"
    rights: list[str] = field(default_factory=list)
    privacy: bool = True
    moved_to: int = 0

    @property
    def has_bot(self) -> bool:
        return self.bot in INSIDE

    @property
    def is_administered(self) -> bool:
        """Whether the bot is an administrator."""
        return self.bot == "administrator"

    def has(self, user_id: int) -> bool:
        return self.members.get(user_id) in INSIDE

    def administrates(self, user_id: int) -> bool:
        return self.members.get(user_id) in ("creator", "administrator")

    @classmethod
    def restore(cls, saved: dict[str, Any] | None) -> Group | None:
        """JSON made strings of the user ids."""
        if saved is None:
            return None
        return cls(**{**saved, "members": {int(i): status for i, status in saved["members"].items()}})
