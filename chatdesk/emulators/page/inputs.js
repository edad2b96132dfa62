// The input blocks of a view: each gives a node and a way to read and to set what was entered.
import { textOf } from "./blocks.js";
import { combobox } from "./combobox.js";
import { h } from "./dom.js";
import { choiceWords, localTime, seconds, select } from "./elements.js";
import { initialOf, optionsOf } from "./options.js";

const TYPES = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const PAUSE = 400; // milliseconds without a key until an app that hears of each is told

/** {node, error(text), read(), state(), keep(state)}; `read` gives what the control surface's `submit` takes. */
export function input(block, context) {
  const spec = block.element;
  const id = `input-${block.block_id}`;
  const control = (CONTROLS[spec.type] ?? textual)(spec, context, id);
  const error = h("p.bk-error", { id: `${id}-error`, role: "alert", hidden: true });
  const optional = block.optional ? h("span.bk-optional", {}, " (optional)") : null;
  const label = h(control.group ? "div.bk-label" : "label.bk-label", control.group ? { id: `${id}-label` } : { for: id }, textOf(block.label, context.names), optional);
  const hint = block.hint && h("p.bk-hint", {}, textOf(block.hint, context.names));
  const main = control.focus ?? control.node;
  if (control.group) control.node.setAttribute("aria-labelledby", `${id}-label`);
  main.setAttribute("aria-describedby", error.id);
  const node = h("div.bk-input", {}, label, control.node, error, hint);
  const show = (text) => {
    error.textContent = text ?? "";
    error.hidden = !text;
    node.classList.toggle("wrong", Boolean(text));
    if (text) main.setAttribute("aria-invalid", "true");
    else main.removeAttribute("aria-invalid");
  };
  node.addEventListener("input", () => show(""));
  if (block.dispatch_action) control.dispatch?.(block);
  return { ...control, node, error: show, focus: () => main.focus() };
}

function textual(spec, context, id) {
  const attributes = {
    id,
    placeholder: spec.placeholder?.text,
    maxlength: spec.max_length,
    autofocus: spec.focus_on_load,
    value: String(spec.initial_value ?? spec.initial_date ?? spec.initial_time ?? localTime(spec.initial_date_time)),
  };
  const number = spec.type === "number_input" ? { min: spec.min_value, max: spec.max_value, step: spec.is_decimal_allowed ? "any" : 1 } : {};
  const node = spec.multiline
    ? h("textarea", { rows: "4", ...attributes })
    : h("input", { type: TYPES[spec.type] ?? "text", autocomplete: "off", ...number, ...attributes });
  const read = () => (node.value === "" ? undefined : spec.type === "datetimepicker" ? seconds(node.value) : node.value);
  return { node, read, state: () => node.value, keep: (value) => (node.value = value), dispatch: () => tellTyped(spec, node, () => context.press(spec, { value: read() ?? "" })) };
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object */
function tellTyped(spec, node, tell) {
  if (!spec.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered")) {
    node.addEventListener("change", tell);
    return;
  }
  let timer;
  node.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
}

function chosenOne(spec, context, id) {
  const { node, set, chosen } = select(spec, context, { id, "aria-label": undefined });
  const value = () => chosen()?.value;
  const tell = () => chosen() && context.press(spec, { label: chosen().text.text, value: chosen().value });
  return { node, read: value, state: value, keep: set, dispatch: () => node.addEventListener("change", tell) };
}

function several(spec, context, id) {
  const one = spec.type === "radio_buttons";
  const options = optionsOf(spec, context);
  const first = new Set(initialOf(spec));
  const boxes = options.map((option) => h("input", { type: one ? "radio" : "checkbox", name: id, checked: first.has(option.value) }));
  const picked = () => options.filter((option, at) => boxes[at].checked).map((option) => option.value);
  const node = h("div.bk-choices", { role: one ? "radiogroup" : "group", id }, options.map((option, at) => h("label.bk-choice", {}, boxes[at], choiceWords(option))));
  return {
    node,
    group: true,
    focus: boxes[0],
    read: () => (one ? picked()[0] : picked().length ? picked() : undefined),
    state: picked,
    keep: (values) => options.forEach((option, at) => (boxes[at].checked = values.includes(option.value))),
    dispatch: () => node.addEventListener("change", () => context.press(spec, { value: one ? picked()[0] : picked() })),
  };
}

function searched(spec, context, id) {
  let tell = null;
  const box = combobox(spec, { load: (typed) => context.suggest(spec, typed), chosen: () => tell?.(), id });
  return { node: box.node, focus: box.input, read: box.words, state: box.words, keep: box.keep, dispatch: () => (tell = () => context.press(spec, { value: box.words() ?? [] })) };
}

const CONTROLS = {
  ...Object.fromEntries(["static", "users", "channels", "conversations"].flatMap((kind) => [[`${kind}_select`, chosenOne], [`multi_${kind}_select`, several]])),
  radio_buttons: several,
  checkboxes: several,
  external_select: searched,
  multi_external_select: searched,
};
