// The input blocks of a modal: each gives a node and a way to read and to set what was entered.
import { textOf } from "./blocks.js";
import { h } from "./dom.js";
import { select } from "./elements.js";

const TYPES = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };

/** {node, error(text), read(), state(), keep(state)}; `read` gives what the control surface's `submit` takes. */
export function input(block, context) {
  const spec = block.element;
  const id = `input-${block.block_id}`;
  const control = (CONTROLS[spec.type] ?? textual)(spec, context, id);
  const error = h("p.bk-error", { id: `${id}-error`, role: "alert", hidden: true });
  const optional = block.optional ? h("span.bk-optional", {}, " (optional)") : null;
  const label = h(control.group ? "div.bk-label" : "label.bk-label", control.group ? { id: `${id}-label` } : { for: id }, textOf(block.label, context.names), optional);
  const hint = block.hint && h("p.bk-hint", {}, textOf(block.hint, context.names));
  const main = control.node;
  if (control.group) main.setAttribute("aria-labelledby", `${id}-label`);
  main.setAttribute("aria-describedby", error.id);
  const node = h("div.bk-input", {}, label, main, error, hint);
  const show = (text) => {
    error.textContent = text ?? "";
    error.hidden = !text;
    node.classList.toggle("wrong", Boolean(text));
    if (text) main.setAttribute("aria-invalid", "true");
    else main.removeAttribute("aria-invalid");
  };
  node.addEventListener("input", () => show(""));
  if (block.dispatch_action && control.dispatch) control.dispatch(block);
  return { ...control, node, error: show, focus: () => (control.focus ?? main).focus() };
}

function textual(spec, context, id) {
  const attributes = {
    id,
    placeholder: spec.placeholder?.text,
    maxlength: spec.max_length,
    autofocus: spec.focus_on_load,
    value: String(spec.initial_value ?? spec.initial_date ?? spec.initial_time ?? ""),
  };
  const number = spec.type === "number_input" ? { min: spec.min_value, max: spec.max_value, step: spec.is_decimal_allowed ? "any" : 1 } : {};
  const node = spec.multiline
    ? h("textarea", { rows: "4", ...attributes })
    : h("input", { type: TYPES[spec.type] ?? "text", autocomplete: "off", ...number, ...attributes });
  return {
    node,
    read: () => (node.value === "" ? undefined : node.value),
    state: () => node.value,
    keep: (value) => (node.value = value),
    dispatch: () => node.addEventListener("change", () => context.press(spec, { value: node.value })),
  };
}

function chosenOne(spec, context, id) {
  const { node, chosen } = select(spec, context, { id, "aria-label": undefined });
  return {
    node,
    read: () => chosen() && (spec.type === "users_select" ? chosen().value : chosen().text.text),
    state: () => chosen()?.value,
    keep: (value) => keepOption(node, spec, context, value),
    dispatch: () => node.addEventListener("change", () => chosen() && context.press(spec, { label: chosen().text.text, value: chosen().value })),
  };
}

function keepOption(node, spec, context, value) {
  const all = spec.type === "users_select" ? context.people.map((user) => user.id) : optionsOf(spec).map((option) => option.value);
  const at = all.indexOf(value);
  node.value = at < 0 ? "" : String(at);
}

const optionsOf = (spec) => (spec.option_groups ? spec.option_groups.flatMap((group) => group.options) : (spec.options ?? []));

function several(spec, context, id) {
  const one = spec.type === "radio_buttons";
  const options = spec.type === "multi_users_select" ? context.people.map((user) => ({ text: { type: "plain_text", text: user.name }, value: user.id })) : optionsOf(spec);
  const first = new Set([...(spec.initial_users ?? []), ...[spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.value)]);
  const boxes = options.map((option) => h("input", { type: one ? "radio" : "checkbox", name: id, checked: first.has(option.value) }));
  const label = (option, at) =>
    h("label.bk-choice", {}, boxes[at], h("span", {}, textOf(option.text, context.names), option.description && h("small", {}, textOf(option.description, context.names))));
  const picked = () => options.filter((option, at) => boxes[at].checked);
  const words = () => picked().map((option) => option.text.text);
  const node = h("div.bk-choices", { role: one ? "radiogroup" : "group", id }, options.map(label));
  return {
    node,
    group: true,
    focus: boxes[0],
    read: () => (one ? words()[0] : words().length ? words() : undefined),
    state: () => picked().map((option) => option.value),
    keep: (values) => options.forEach((option, at) => (boxes[at].checked = values.includes(option.value))),
    dispatch: () => node.addEventListener("change", () => context.press(spec, { value: one ? picked()[0].value : picked().map((option) => option.value) })),
  };
}

const CONTROLS = {
  static_select: chosenOne,
  users_select: chosenOne,
  radio_buttons: several,
  checkboxes: several,
  multi_static_select: several,
  multi_users_select: several,
};

