// The Home of the app in Slack: what it published for an agent (https://docs.slack.dev/surfaces/app-home).
import { h, likeness } from "./dom.js";
import { appAvatar } from "./people.js";
import { ViewForm } from "./viewform.js";

export class Home {
  /** `button` opens the list of channels where there is no side bar; acts: those of ViewForm */
  constructor(button, acts) {
    this.form = new ViewForm(acts);
    this.name = h("b", {}, "…");
    this.body = h("div.sl-home-body", { tabindex: "0", role: "region", "aria-label": "Home of the app" });
    const head = h("header.pane-head", {}, button, appAvatar(), h("div.pane-title", {}, this.name, h("span.sl-about", {}, "Home")));
    this.node = h("div.sl-room.sl-home", { hidden: true }, head, this.body);
    this.sig = null;
  }

  /** `home`: {view_id, view}, both null as long as nothing was published */
  draw(home, context) {
    this.name.textContent = context.names.app;
    const sig = JSON.stringify([home.view_id, { ...home.view, state: null }, context.me, context.names.sig]);
    if (sig === this.sig) return;
    this.sig = sig;
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = this.body.scrollTop;
    this.body.replaceChildren(...(home.view ? this.form.draw(home, context).flat() : [this.nothing(context.names.app)]));
    this.body.scrollTop = scrolled;
    likeness(this.body, focused)?.focus({ preventScroll: true });
  }

  nothing(name) {
    return h("div.sl-empty", {}, h("b", {}, "Nothing here yet"), h("p", {}, `${name} has not published a Home for you.`));
  }
}
