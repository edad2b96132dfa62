// Names, avatars and times that both panes show.
import { h } from "./dom.js";
import { icon } from "./icons.js";

export function initials(name) {
  const words = name.split(/[\s_.]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

export function hue(key) {
  let sum = 0;
  for (const letter of String(key)) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 7;
}

export function avatar(name, key) {
  return h(`span.avatar.hue-${hue(key ?? name)}`, { "aria-hidden": "true" }, initials(name));
}

export const appAvatar = () => h("span.avatar.app", { "aria-hidden": "true" }, icon("desk"));

export const goneAvatar = () => h("span.avatar.gone", { "aria-hidden": "true" }, icon("bin"));

const LANGUAGE = "en-GB";
export const moment = (seconds) => new Date(Number(seconds) * 1000);
const shown = (date, options) => date.toLocaleString(LANGUAGE, options);
export const clock = (date) => shown(date, { hour: "2-digit", minute: "2-digit" });
export const fullTime = (date) => shown(date, { dateStyle: "full", timeStyle: "medium" });
const dayNumber = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
export const dayKey = (date) => `day-${dayNumber(date)}`;

export function dayLabel(date) {
  const ago = Math.round((dayNumber(new Date()) - dayNumber(date)) / 86400000);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return shown(date, { weekday: "long", day: "numeric", month: "long", year });
}

/** Buttons of which one is chosen: [{id, name}] */
export function switcher(people, chosen, choose, unread = () => 0) {
  return people.map((person) => {
    const on = person.id === chosen;
    const count = unread(person.id);
    return {
      key: String(person.id),
      sig: `${person.name}|${on}|${count}`,
      make: () =>
        h(
          "button.person",
          {
            type: "button",
            title: person.name,
            "aria-pressed": String(on),
            "aria-label": `Be ${person.name}${count ? `, ${count} unread` : ""}`,
            onclick: () => choose(person.id),
          },
          avatar(person.name, person.id),
          h("span.person-name", {}, person.name.split(" ")[0]),
          count ? h("span.unread", {}, String(count)) : null,
        ),
    };
  });
}
