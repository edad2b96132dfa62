// The chats that a person in Telegram has: one with each bot, and the groups that they are in.
import { menu } from "./overlays.js";

/** [{key, bot, chat: a group's id or null, title}], the bots first. */
export function placesOf(user, bots, groups) {
  const own = bots.map((bot) => ({ key: `${user}-${bot.username}`, bot: bot.username, chat: null, title: bot.first_name }));
  const inside = groups.filter((group) => group.members.includes(user));
  return [...own, ...inside.map((group) => ({ key: `${user}-${group.bot}-${group.id}`, bot: group.bot, chat: group.id, title: group.title }))];
}

export function openPlaces(anchor, places, unread, go) {
  const one = (place) => {
    const count = unread(place);
    return { label: place.title, icon: place.chat ? "people" : "desk", note: count ? `${count} new` : place.chat ? "group" : "bot", act: () => go(place) };
  };
  menu(anchor, places.map(one));
}
