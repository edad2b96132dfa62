// Where messages are read and written in Slack: a channel, or a thread beside it.
import { Composer } from "./composer.js";
import { h, sticky, sync } from "./dom.js";

export class Room {
  /** `name`: what readers hear the list called; `head`: what stands above; acts: those of Composer. */
  constructor(name, label, head, acts) {
    this.list = h("div.sl-list");
    this.scroller = h("div.sl-scroll", { role: "log", "aria-label": name, tabindex: "0" }, this.list);
    this.end = sticky(this.scroller);
    this.node = h("div.sl-room", {}, head, this.scroller);
    this.composer = new Composer(label, this.node, acts);
    this.node.append(this.composer.form);
  }

  /** Show these items (for dom.sync), and write to `place`. */
  draw(items, place, label) {
    sync(this.list, items);
    this.composer.at(place, label);
    this.end.follow();
  }

  /** What comes next is another place: nothing in it is news. */
  move() {
    this.list.settled = false;
  }

  show(ts) {
    const node = this.list.querySelector(`[data-ts="${ts}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), 1600);
  }
}
