// The topmost modal of an agent, laid over the workspace; what lies below it cannot be used meanwhile.
import { textOf } from "./blocks.js";
import { h, likeness } from "./dom.js";
import { icon } from "./icons.js";
import { ViewForm } from "./viewform.js";

const FOCUSABLE = "button:not([disabled]), input, select, textarea, a[href]";
const FIRST = ".bk-input input, .bk-input textarea, .bk-input select";

export class Modal {
  /** acts: those of ViewForm, and {submit(view_id, values), close(view_id)} */
  constructor(root, below, acts) {
    this.root = root;
    this.below = below;
    this.acts = acts;
    this.form = new ViewForm(acts);
    this.viewId = null;
    this.sig = null;
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("pointerdown", (event) => event.target === root && event.preventDefault());
  }

  /** `stack`: the open views; `context`: {names, people} for rendering. */
  draw(stack, context) {
    const top = stack.at(-1);
    const sig = top ? JSON.stringify([top.view_id, { ...top.view, state: null }, stack.length]) : null;
    if (sig !== this.sig) this.rebuild(top, stack.length, context);
    this.sig = sig;
    const errors = JSON.stringify(top?.errors ?? {});
    if (top && errors !== this.errors) this.form.showErrors(top.errors ?? {});
    this.errors = errors;
  }

  rebuild(top, depth, context) {
    const same = top && this.viewId === top.view_id;
    const focused = same && this.root.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = same ? this.root.querySelector(".modal-body")?.scrollTop : 0;
    if (!this.viewId) this.before = document.activeElement;
    this.errors = null;
    this.viewId = top?.view_id ?? null;
    this.root.hidden = !top;
    for (const node of this.below) node.inert = Boolean(top);
    if (!top) {
      this.root.replaceChildren();
      if (this.before?.isConnected) this.before.focus({ preventScroll: true });
      return;
    }
    this.root.replaceChildren(this.box(top, depth, context));
    if (scrolled) this.root.querySelector(".modal-body").scrollTop = scrolled;
    const first = this.root.querySelector("[autofocus]") ?? this.root.querySelector(FIRST);
    (likeness(this.root, focused) ?? first ?? this.root.querySelector(".modal-submit, .modal-cancel"))?.focus({ preventScroll: Boolean(same) });
  }

  box(top, depth, context) {
    const { view_id: id, view } = top;
    const close = () => this.acts.close(id);
    const title = h("h2", { id: "modal-title" }, textOf(view.title));
    const leave = h("button.plain", { type: "button", "aria-label": depth > 1 ? "Back" : "Close", onclick: close }, icon(depth > 1 ? "back" : "close"));
    const head = h("header.modal-head", {}, depth > 1 ? [leave, title] : [title, leave]);
    const body = h("div.modal-body", {}, this.form.draw(top, context));
    const cancel = h("button.bk-button.modal-cancel", { type: "button", onclick: close }, view.close ? textOf(view.close) : "Close");
    this.button = view.submit ? h("button.bk-button.primary.modal-submit", { type: "submit" }, textOf(view.submit)) : null;
    const form = h("form.modal", { role: "dialog", tabindex: "-1", "aria-modal": "true", "aria-labelledby": "modal-title", novalidate: true }, head, body, h("footer.modal-foot", {}, cancel, this.button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(id);
    });
    return form;
  }

  async submit(id) {
    if (!this.button || this.button.disabled) return;
    const button = this.button;
    button.disabled = true;
    button.classList.add("busy");
    const done = await this.acts.submit(id, this.form.values());
    const errors = done?.answer?.errors;
    if (done && !done.error && !errors) return; // the view closes or is replaced by another
    button.disabled = false;
    button.classList.remove("busy");
    if (!errors || this.viewId !== id) return;
    this.errors = JSON.stringify(errors);
    this.form.showErrors(errors);
  }

  key(event) {
    if (event.key === "Escape" && this.viewId) {
      event.stopPropagation();
      this.acts.close(this.viewId);
    }
    if (event.key !== "Tab") return;
    const all = [...this.root.querySelectorAll(FOCUSABLE)];
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }
}
