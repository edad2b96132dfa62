// Building and updating the document. Data only ever enters it as text.

/** h("button.primary", {onclick, "aria-label": "..."}, "text", node, [nodes]) */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * Makes `box` hold `items` ({key, sig, make}), keeping each node whose signature is unchanged:
 * nothing flickers, and what has the focus keeps it.
 */
export function sync(box, items) {
  const known = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, node] of known) if (!wanted.has(key)) node.remove();
  let place = box.firstElementChild;
  for (const item of items) {
    const old = known.get(item.key);
    let node = old;
    if (!old || old.sig !== item.sig) {
      node = item.make();
      node.dataset.key = item.key;
      node.sig = item.sig;
      if (old) {
        if (place === old) place = node;
        replaceKeepingFocus(old, node);
      } else if (box.settled) node.classList.add("arrives");
    }
    if (node === place) place = place.nextElementSibling;
    else box.insertBefore(node, place);
  }
  box.settled = true;
}

function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const label = focused && (focused.getAttribute("aria-label") || focused.textContent);
  const tag = focused?.tagName;
  old.replaceWith(fresh);
  if (!focused) return;
  const same = [...fresh.querySelectorAll("button, a, select, input, textarea")].find(
    (node) => node.tagName === tag && (node.getAttribute("aria-label") || node.textContent) === label,
  );
  same?.focus({ preventScroll: true });
}

/** A scroller that stays at its end as long as the reader is there. */
export function sticky(scroller) {
  let atEnd = true;
  const toEnd = () => {
    atEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  const follow = () => atEnd && toEnd();
  scroller.addEventListener("scroll", () => {
    if (scroller.clientHeight) atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  });
  new ResizeObserver(follow).observe(scroller);
  return { follow, toEnd };
}

/** A popover menu below or above `anchor`. items: {label, act, danger, note} or {emoji: [...], act(emoji)} */
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
  for (const item of items) {
    if (item.emoji) {
      const row = item.emoji.map((e) => h("button", { role: "menuitem", type: "button", onclick: pick(item.act, e) }, e));
      box.append(h("div.emoji-row", {}, row));
    } else {
      const kind = item.danger ? "button.danger" : "button";
      const note = item.note && h("span.note", {}, item.note);
      box.append(h(kind, { role: "menuitem", type: "button", onclick: pick(item.act) }, h("span", {}, item.label), note));
    }
  }
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

/** A textarea that grows with its text and sends on Enter. */
export function growing(area, send) {
  const fit = () => {
    area.style.height = "auto";
    if (area.scrollHeight) area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  };
  area.addEventListener("input", fit);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  return fit;
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

export const remembered = {
  get: (key) => {
    try {
      return localStorage.getItem(`chatdesk.${key}`);
    } catch {
      return null;
    }
  },
  set: (key, value) => {
    try {
      localStorage.setItem(`chatdesk.${key}`, value);
    } catch {
      // a browser that keeps nothing
    }
  },
};
