// Where an agent can go in Slack: the app's Home, and the channels.
import { markOf } from "./channelhead.js";
import { h, sync } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./overlays.js";

export class Sidebar {
  /** `go(place)`: "home" or a channel's id */
  constructor(go) {
    this.go = go;
    this.list = h("div.sb-list");
    this.node = h("nav.sl-sidebar", { "aria-label": "Home and channels" }, this.list);
    this.button = h("button.plain.sl-nav", { type: "button", "aria-label": "Home and channels", onclick: () => this.open() }, icon("lines"));
    this.places = [];
  }

  draw({ app, channels, at, unread }) {
    const home = { key: "home", label: "Home", icon: "home", title: `The Home of ${app.name}` };
    const entry = (channel) => ({ key: channel.id, label: channel.is_im ? "Messages" : channel.name, icon: markOf(channel), unread: unread(channel.id) });
    const own = [home, ...channels.filter((channel) => channel.is_im).map(entry)];
    this.places = [...own, ...channels.filter((channel) => !channel.is_im).map(entry)];
    const items = this.places.map((place) => ({ key: place.key, sig: JSON.stringify([place, place.key === at]), make: () => this.entry(place, place.key === at) }));
    const heading = (key, words) => ({ key, sig: words, make: () => h("div.sb-heading", {}, words) });
    sync(this.list, [heading("app", app.name), ...items.slice(0, own.length), heading("channels", "Channels"), ...items.slice(own.length)]);
  }

  entry({ key, label, icon: drawing, unread, title }, isOpen) {
    const state = `${isOpen ? ".open" : ""}${unread ? ".unseen" : ""}`;
    return h(`button.sb-entry${state}`, { type: "button", title: title ?? label, "aria-current": isOpen ? "page" : null, onclick: () => this.go(key) }, icon(drawing), h("span", {}, label));
  }

  /** The same as a menu, where there is no room beside the messages. */
  open() {
    menu(this.button, this.places.map(({ key, label, icon: drawing, unread }) => ({ label, icon: drawing, note: unread ? "new" : "", act: () => this.go(key) })));
  }
}
