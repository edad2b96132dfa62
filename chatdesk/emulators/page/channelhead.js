// What stands above a channel: its name, who is in it, and what is pinned there.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./overlays.js";

export const markOf = (channel) => (channel.is_im ? "desk" : channel.is_private ? "lock" : "hash");
export const titleOf = (channel) => (channel.is_im ? channel.name : `#${channel.name}`);

export class ChannelHead {
  /** `button` opens the list of channels where there is no side bar; `show(ts)` shows a pinned message */
  constructor(button, show) {
    this.show = show;
    this.name = h("b", {}, "…");
    this.about = h("span.sl-about");
    this.mark = h("span.sl-lock", {}, icon("lock"));
    this.pins = h("button.plain.sl-pins", { type: "button", hidden: true, onclick: () => this.open() }, icon("pin"), h("span"));
    this.node = h("header.pane-head", {}, button, this.mark, h("div.pane-title", {}, this.name, this.about), this.pins);
  }

  draw(channel, { pins, messages }) {
    this.pinned = pins.map((ts) => messages.find((one) => one.ts === ts)).filter(Boolean);
    this.name.textContent = channel.name;
    this.mark.replaceChildren(icon(markOf(channel)));
    this.about.textContent = channel.is_im ? "Messages to you alone" : `${channel.members.length} members`;
    this.pins.hidden = !this.pinned.length;
    this.pins.lastChild.textContent = `${this.pinned.length} pinned`;
  }

  open() {
    menu(this.pins, this.pinned.map(({ ts, text }) => ({ label: text.slice(0, 60) || "Message", icon: "pin", act: () => this.show(ts) })));
  }
}
