// The messages of a Slack channel or thread as items for dom.sync.
import { h } from "./dom.js";
import { dayKey, dayLabel, moment } from "./people.js";
import { post } from "./post.js";

/**
 * context: {names, people, me, acts: {press, react, thread, edit, remove, shortcut, dismiss}, shortcuts, pins: [ts],
 * inThread, fresh(ts): whether the thread has unread replies, notes(ts): private notes in a thread}
 */
export function posts(messages, ephemerals, context) {
  const lines = [...messages.filter((one) => !one.deleted || one.replies?.length), ...ephemerals.map((one) => ({ ...one, ephemeral: true, bot: true }))];
  lines.sort((a, b) => Number(a.ts) - Number(b.ts));
  const items = [];
  let day = null;
  let previous = null;
  for (const line of lines) {
    const key = dayKey(moment(line.ts));
    if (key !== day && !context.inThread) {
      const label = dayLabel(moment(line.ts));
      items.push({ key, sig: label, make: () => h("div.sl-day", {}, h("span", {}, label)) });
      previous = null;
    }
    day = key;
    const joined = follows(previous, line);
    previous = line;
    const around = [joined, context.pins.includes(line.ts), context.fresh?.(line.ts), context.notes?.(line.ts), context.names.sig, context.me, context.shortcuts];
    items.push({ key: `${context.me}-${line.ts}${line.ephemeral ? "e" : ""}`, sig: JSON.stringify([line, around]), make: () => post(line, joined, context) });
  }
  return items;
}

const authorOf = (line) => (line.bot ? `bot ${line.username ?? ""}` : line.user);
const follows = (a, b) => Boolean(a && !a.ephemeral && !b.ephemeral && !a.deleted && !b.deleted && !a.replies?.length && authorOf(a) === authorOf(b) && b.ts - a.ts < 300);
