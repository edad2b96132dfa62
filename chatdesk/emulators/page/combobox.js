// A menu that asks the app for its options while a person types: Slack's external selects.
import { h } from "./dom.js";
import { icon } from "./icons.js";

const PAUSE = 200; // milliseconds without a key until the app is asked
const LEAST = 3; // characters until it is asked, unless the app says otherwise

/** {node, input, words(): what is chosen, keep(words)}; `load(typed)` gives words, `chosen()` is called after a choice. */
export function combobox(spec, { load, chosen, id, label }) {
  const several = spec.type.startsWith("multi_");
  let picked = [spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.text.text);
  const least = spec.min_query_length ?? LEAST;
  const list = h("ul.cb-list", { role: "listbox", id: `${id}-list`, hidden: true });
  const input = h("input.cb-input", { id, role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": list.id, "aria-label": label, placeholder: spec.placeholder?.text ?? "Type to find" });
  const chips = h("div.cb-chips");
  const node = h("div.cb", {}, chips, input, icon("down"), list);
  let timer;

  const show = (entries) => {
    list.replaceChildren(...entries);
    list.hidden = !entries.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const note = (words) => [h("li.cb-note", {}, words)];
  const draw = () => {
    chips.replaceChildren(...(several ? picked.map(chip) : []));
    input.value = several ? "" : (picked[0] ?? "");
  };
  const chip = (words) => h("button.cb-chip", { type: "button", "aria-label": `Remove ${words}`, onclick: () => take(picked.filter((one) => one !== words)) }, words, icon("close"));
  const take = (words) => {
    picked = words;
    draw();
    show([]);
    chosen?.();
  };
  const pick = (words) => take(several ? [...new Set([...picked, words])] : [words]);
  const option = (words) => h("li", { role: "option", "aria-selected": "false", onpointerdown: (event) => (event.preventDefault(), pick(words)) }, words);
  const ask = async () => {
    const typed = input.value;
    if (typed.length < least) return show(note(`Type ${least} letters or more.`));
    show(note("Searching…"));
    const found = await load(typed);
    if (input.value === typed) show(found.length ? found.map(option) : note("No match."));
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  input.addEventListener("input", later);
  input.addEventListener("focus", () => (least ? null : later()));
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    show([]);
    draw();
  });
  input.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("[role=option]")];
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) show([]);
    else if (event.key === "Enter" && !list.hidden) all.length && pick(all[Math.max(at, 0)].textContent);
    else if (step && all.length) all.forEach((one, n) => one.setAttribute("aria-selected", String(n === (at + step + all.length) % all.length)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  draw();
  return {
    node,
    input,
    words: () => (several ? (picked.length ? picked : undefined) : picked[0]),
    keep: (words) => {
      picked = [words ?? []].flat();
      draw();
    },
  };
}
