// The messages of a Telegram chat as items for dom.sync: what belongs together is put together first.
import { bubble } from "./bubble.js";
import { h } from "./dom.js";
import { dayKey, dayLabel, moment } from "./people.js";

/**
 * context: {place: key of the chat, acts: {say, press, react, reply, edit, forward, remove}, me: user id, bot: its name,
 * isGroup, waiting: keys of pressed buttons not yet answered}
 */
export function bubbles(messages, context) {
  const shown = together(messages.filter((message) => !message.deleted));
  const byId = new Map(messages.map((message) => [message.message_id, message]));
  const items = [];
  let day = null;
  shown.forEach((unit, index) => {
    const [first] = unit;
    const date = moment(first.date);
    const key = dayKey(date);
    if (key !== day) items.push(plate(key, dayLabel(date)));
    day = key;
    const id = `m${context.place}-${first.message_id}`;
    if (first.service) {
      items.push(plate(id, first.service));
      return;
    }
    const quoted = first.reply_to ? byId.get(first.reply_to) : null;
    const busy = [...context.waiting].filter((one) => one.startsWith(`${first.message_id}:`));
    const around = { ...context, joined: sameAuthor(shown[index - 1], unit), last: !sameAuthor(unit, shown[index + 1]), quoted, busy };
    items.push({ key: id, sig: JSON.stringify([unit, around.joined, around.last, quoted, busy]), make: () => bubble(unit, around) });
  });
  return items;
}

const plate = (key, words) => ({ key, sig: words, make: () => h("div.tg-day", {}, h("span", {}, words)) });

/** The messages of an album are one thing to a person: lists of messages, most of them of one. */
function together(messages) {
  const units = [];
  for (const message of messages) {
    const album = message.media_group_id;
    const before = units.at(-1);
    if (album && before?.[0].media_group_id === album) before.push(message);
    else units.push([message]);
  }
  return units;
}

function sameAuthor(a, b) {
  if (!a || !b || a[0].service || b[0].service) return false;
  return a[0].from === b[0].from && a[0].author?.id === b[0].author?.id && b[0].date - a[0].date < 300;
}
