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
  old.replaceWith(fresh);
  likeness(fresh, focused)?.focus({ preventScroll: true });
}

/** What in `box` is to a person the same control as `node`, which was there before. */
export function likeness(box, node) {
  if (!node) return undefined;
  const label = (one) => one.id || one.getAttribute("aria-label") || one.textContent;
  return [...box.querySelectorAll("button, a, select, input, textarea")].find((one) => one.tagName === node.tagName && label(one) === label(node));
}

/** A scroller of one list that stays at its end as long as the reader is there, also when a picture arrives late. */
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
  const watch = new ResizeObserver(follow);
  watch.observe(scroller);
  watch.observe(scroller.firstElementChild);
  return { follow, toEnd };
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
