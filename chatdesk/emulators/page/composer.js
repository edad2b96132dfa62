// The composer of a channel or a thread, with a draft for each place and person.
import { growing, h } from "./dom.js";
import { untyped } from "./mrkdwn.js";
import { icon } from "./people.js";

export class Composer {
  /** `send(text)` resolves to whether it was sent. */
  constructor(label, send) {
    this.drafts = new Map();
    this.place = null;
    this.area = h("textarea", { rows: "1", "aria-label": label, placeholder: label });
    this.deliver = send;
    this.fit = growing(this.area, () => this.send());
    const button = h("button.sl-send", { type: "submit", "aria-label": "Send" }, icon("send"));
    this.context = h("div.sl-editing", { hidden: true }, h("span", {}, "Editing a message"), h("button", { type: "button", onclick: () => this.edit(null) }, "Cancel"));
    this.form = h("form.sl-composer", {}, this.context, this.area, h("div.sl-composer-foot", {}, this.hint(), button));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.editing) return;
      event.stopPropagation();
      this.edit(null);
    });
    this.area.addEventListener("input", () => this.form.classList.toggle("filled", Boolean(this.area.value.trim())));
  }

  hint() {
    return h("span.sl-hint", {}, h("b", {}, "Enter"), " sends, ", h("b", {}, "Shift + Enter"), " starts a line");
  }

  /** Where the composer writes to now; the text typed for another place is kept for it. */
  at(place, label) {
    this.area.placeholder = label;
    this.area.setAttribute("aria-label", label);
    if (place === this.place) return;
    this.edit(null);
    this.drafts.set(this.place, this.area.value);
    this.place = place;
    this.fill(this.drafts.get(place) ?? "");
  }

  edit(message) {
    if (!message && !this.editing) return;
    this.editing = message;
    this.context.hidden = !message;
    this.fill(message ? untyped(message.text) : "");
    if (message) this.area.focus();
  }

  fill(text) {
    this.area.value = text;
    this.form.classList.toggle("filled", Boolean(text.trim()));
    this.fit();
  }

  async send() {
    const typed = this.area.value;
    if (!typed.trim()) return;
    const sent = await this.deliver(typed.trim(), this.editing);
    if (!sent) return;
    this.editing = null;
    this.context.hidden = true;
    if (this.area.value === typed) this.fill("");
  }
}
