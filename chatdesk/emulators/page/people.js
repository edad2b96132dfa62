// Names, avatars, times and icons that both panes show.
import { h } from "./dom.js";

const ICONS = {
  send: "M3.4 20.4 21 12 3.4 3.6 3.4 10.1 15 12 3.4 13.9z",
  dots: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4m0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4m0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  more: "M6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4m6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4m6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  lines: "M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z",
  close: "M18.3 5.7a1 1 0 0 0-1.4 0L12 10.6 7.1 5.7a1 1 0 0 0-1.4 1.4l4.9 4.9-4.9 4.9a1 1 0 1 0 1.4 1.4l4.9-4.9 4.9 4.9a1 1 0 0 0 1.4-1.4L13.4 12l4.9-4.9a1 1 0 0 0 0-1.4",
  back: "M20 11H7.8l5.6-5.6L12 4l-8 8 8 8 1.4-1.4L7.8 13H20z",
  lock: "M17 9V7A5 5 0 0 0 7 7v2a2 2 0 0 0-2 2v8c0 1.1.9 2 2 2h10a2 2 0 0 0 2-2v-8a2 2 0 0 0-2-2m-8-2a3 3 0 0 1 6 0v2H9z",
  hash: "M10 3 9.3 8H5v2h4l-.6 4H4v2h4.1L7.4 21h2l.7-5h4l-.7 5h2l.7-5H20v-2h-3.6l.6-4H21V8h-3.7L18 3h-2l-.7 5h-4L12 3zm1 7h4l-.6 4h-4z",
  thread: "M4 4h16v12H8l-4 4zm3 4v1.6h10V8zm0 3.4V13h7v-1.6z",
  eye: "M12 5C7 5 2.7 8.1 1 12c1.7 3.9 6 7 11 7s9.3-3.1 11-7c-1.7-3.9-6-7-11-7m0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9M12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4",
  desk: "M12 2a9 9 0 0 0-9 9v6a3 3 0 0 0 3 3h2v-8H5v-1a7 7 0 0 1 14 0v1h-3v8h3v.5a1.5 1.5 0 0 1-1.5 1.5H13v-1.5h-2V22h6.5a3.5 3.5 0 0 0 3.5-3.5V11a9 9 0 0 0-9-9",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3zM4.2 5.6 5.6 4.2l2.1 2.1-1.4 1.4zm12.1 12.1 1.4-1.4 2.1 2.1-1.4 1.4zM4.2 18.4l2.1-2.1 1.4 1.4-2.1 2.1zM16.3 6.3l2.1-2.1 1.4 1.4-2.1 2.1z",
  moon: "M12 3a9 9 0 1 0 9 9c0-.5 0-.9-.1-1.4A5.4 5.4 0 0 1 13.4 3.1 9 9 0 0 0 12 3",
  checks: "M18 7l-1.4-1.4-6.3 6.3 1.4 1.4zm4.2-1.4L11.7 16.2l-4.2-4.2-1.4 1.4L11.7 19 23.6 7zM.4 13.4 6 19l1.4-1.4L1.8 12z",
  bin: "M7 21a2 2 0 0 1-2-2V6H4V4h5V3h6v1h5v2h-1v13a2 2 0 0 1-2 2zm2-4h2V8H9zm4 0h2V8h-2z",
  reply: "M10 9V5l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.classList.add("icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

export function initials(name) {
  const words = name.split(/[\s_.]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

function hue(key) {
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
