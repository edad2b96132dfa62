// The topmost modal of an agent, laid over the workspace; what lies below it cannot be used meanwhile.
import { blocks, textOf } from "./blocks.js";
import { h } from "./dom.js";
import { input } from "./inputs.js";
import { icon } from "./people.js";

const FOCUSABLE = "button:not([disabled]), input, select, textarea, a[href]";

export class Modal {
  /** acts: {press(view_id, element, use), submit(view_id, values), close(view_id)} */
  constructor(root, below, acts) {
    this.root = root;
    this.below = below;
    this.acts = acts;
    this.inputs = new Map();
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
    if (top && errors !== this.errors) this.showErrors(top.errors ?? {});
    this.errors = errors;
  }

  rebuild(top, depth, context) {
    const same = top && this.viewId === top.view_id;
    const kept = same ? new Map([...this.inputs].map(([id, field]) => [id, field.state()])) : new Map();
    const focused = same ? document.activeElement?.id : null;
    if (!this.viewId) this.before = document.activeElement;
    this.inputs.clear();
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
    for (const [id, state] of kept) this.inputs.get(id)?.keep(state);
    const again = focused && document.getElementById(focused);
    const first = this.root.querySelector("[autofocus]") ?? this.root.querySelector(".bk-input input, .bk-input textarea, .bk-input select");
    (again ?? first ?? this.root.querySelector(".modal-submit, .modal-cancel"))?.focus({ preventScroll: !same });
  }

  box({ view_id: id, view }, depth, context) {
    const inside = { ...context, press: (spec, use) => this.acts.press(id, spec, use) };
    const part = (block) => {
      if (block.type !== "input") return blocks([block], inside);
      const field = input(block, inside);
      this.inputs.set(block.block_id, field);
      return field.node;
    };
    const close = () => this.acts.close(id);
    const title = h("h2", { id: "modal-title" }, textOf(view.title));
    const leave = h("button.plain", { type: "button", "aria-label": depth > 1 ? "Back" : "Close", onclick: close }, icon(depth > 1 ? "back" : "close"));
    const head = h("header.modal-head", {}, depth > 1 ? [leave, title] : [title, leave]);
    const body = h("div.modal-body", {}, view.blocks.map(part));
    const cancel = h("button.bk-button.modal-cancel", { type: "button", onclick: close }, view.close ? textOf(view.close) : "Close");
    this.button = view.submit ? h("button.bk-button.primary.modal-submit", { type: "submit" }, textOf(view.submit)) : null;
    const form = h("form.modal", { role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title", novalidate: true }, head, body, h("footer.modal-foot", {}, cancel, this.button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(id);
    });
    return form;
  }

  async submit(id) {
    if (!this.button || this.button.disabled) return;
    const button = this.button;
    const values = {};
    for (const [block, field] of this.inputs) {
      const value = field.read();
      if (value !== undefined) values[block] = value;
    }
    button.disabled = true;
    button.classList.add("busy");
    const done = await this.acts.submit(id, values);
    const errors = done?.answer?.errors;
    if (done && !done.error && !errors) return; // the view closes or is replaced by another
    button.disabled = false;
    button.classList.remove("busy");
    if (!errors || this.viewId !== id) return;
    this.errors = JSON.stringify(errors);
    this.showErrors(errors);
  }

  showErrors(errors) {
    let first = null;
    for (const [id, field] of this.inputs) {
      field.error(errors[id]);
      if (errors[id]) first ??= field;
    }
    first?.focus();
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
