// Reactions under a Slack message: who put them there, and the palette for more.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { icon } from "./icons.js";
import { menu } from "./overlays.js";

const PALETTE = [
  ...["white_check_mark", "eyes", "lock", "+1", "pray", "tada", "heart", "clap", "raised_hands", "wave", "thinking_face", "joy"],
  ...["smile", "cry", "fire", "rocket", "100", "bulb", "warning", "question", "x", "hourglass_flowing_sand", "memo", "point_up"],
];

export const hasOwn = (line, name, me) => Boolean(line.reactions?.some((one) => one.name === name && one.users.includes(me)));

export function openPalette(anchor, line, { me, acts }) {
  const act = (name) => acts.react(line, name, hasOwn(line, name, me));
  menu(anchor, [{ emoji: PALETTE, sign: emoji, name: (name) => `:${name}:`, act }]);
}

export function reactions(line, context) {
  const { me, names, acts } = context;
  if (!line.reactions?.length) return null;
  const pill = ({ name, users }) => {
    const own = users.includes(me);
    const who = users.map((id) => names.user(id) ?? id).join(", ");
    const attributes = { type: "button", title: `${who} reacted with :${name}:`, "aria-pressed": String(own), "aria-label": `${name}, ${users.length}, by ${who}`, onclick: () => acts.react(line, name, own) };
    return h(`button.sl-reaction${own ? ".own" : ""}`, attributes, h("span", {}, emoji(name) ?? `:${name}:`), h("span.count", {}, String(users.length)));
  };
  const add = h("button.sl-reaction.add", { type: "button", "aria-label": "Add reaction", title: "Add reaction" }, icon("smile"));
  add.addEventListener("click", () => openPalette(add, line, context));
  return h("div.sl-reactions", {}, line.reactions.map(pill), add);
}
