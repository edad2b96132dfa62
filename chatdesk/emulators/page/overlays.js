// What floats above both panes: menus, questions, and notes that go by themselves.
import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * A popover menu below or above `anchor`. Items: {label, act, icon, note, danger}, {emoji: [signs], act(sign)},
 * or {hint: words} that cannot be chosen.
 */
export function menu(anchor, items) {
  document.querySelector(".menu")?.remove();
  const box = h("div.menu", { role: "menu" });
  const close = (refocus) => {
    if (!box.isConnected) return;
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (refocus) anchor.focus({ preventScroll: true });
  };
  const outside = (event) => box.contains(event.target) || close(false);
  const pick = (act, ...given) => () => {
    close(true);
    act(...given);
  };
  box.append(...items.map((item) => entry(item, pick)));
  box.addEventListener("keydown", (event) => {
    const all = [...box.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) all[(at + step + all.length) % all.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(box);
  place(box, anchor.getBoundingClientRect());
  document.addEventListener("pointerdown", outside, true);
  box.querySelector("button")?.focus({ preventScroll: true });
}

function entry(item, pick) {
  if (item.hint) return h("p.menu-hint", {}, item.hint);
  if (item.emoji) {
    const one = (sign) => h("button", { role: "menuitem", type: "button", "aria-label": item.name?.(sign), title: item.name?.(sign), onclick: pick(item.act, sign) }, item.sign?.(sign) ?? sign);
    return h("div.emoji-grid", {}, item.emoji.map(one));
  }
  const kind = item.danger ? "button.danger" : "button";
  const note = item.note && h("span.note", {}, item.note);
  return h(kind, { role: "menuitem", type: "button", onclick: pick(item.act) }, item.icon && icon(item.icon), h("span", {}, item.label), note);
}

function place(box, at) {
  const gap = 6;
  const below = at.bottom + gap + box.offsetHeight <= innerHeight;
  const top = below ? at.bottom + gap : Math.max(gap, at.top - gap - box.offsetHeight);
  const left = Math.min(Math.max(gap, at.left), innerWidth - box.offsetWidth - gap);
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}

export function toast(text, kind = "info", seconds = 4) {
  const shelf = document.getElementById("toasts");
  const node = h(`div.toast.${kind}`, { role: kind === "error" ? "alert" : "status" }, text);
  shelf.append(node);
  setTimeout(() => node.remove(), seconds * 1000);
}

/** For event handlers: what goes wrong is shown to the person. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message, "error", 6);
    return undefined;
  }
}

/** A browser dialog that asks; resolves to whether the person agreed. */
export function ask({ title, text, yes, no, danger }) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const kind = danger ? "button.bk-button.danger" : "button.bk-button.primary";
    const buttons = [
      no && h("button.bk-button", { type: "button", onclick: answer(false) }, no),
      h(kind, { type: "button", autofocus: true, onclick: answer(true) }, yes),
    ];
    const heading = title && h("h2", {}, title);
    const dialog = h("dialog.ask", { "aria-label": title || "Please confirm" }, heading, h("div.ask-text", {}, text), h("div.ask-buttons", {}, buttons));
    dialog.addEventListener("cancel", answer(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
