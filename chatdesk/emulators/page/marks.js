// Marks around words in a text field: put there by a button or a key, taken away by the same.

/** Puts `mark` around what is selected, or takes it away there. */
export function wrap(area, mark) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const inside = value.slice(from, to);
  const has = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  if (has) replace(area, from - mark.length, to + mark.length, inside, 0, inside.length);
  else replace(area, from, to, `${mark}${inside}${mark}`, mark.length, inside.length);
}

/** Puts `mark` before each line that is selected, or takes it away from all that have it. */
export function prefix(area, mark) {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const lines = area.value.slice(from, area.selectionEnd).split("\n");
  const all = lines.every((line) => line.startsWith(mark));
  const words = lines.map((line) => (all ? line.slice(mark.length) : `${mark}${line}`)).join("\n");
  replace(area, from, area.selectionEnd, words, words.length, 0);
}

/** Writes `words` where the cursor is. */
export const insert = (area, words) => replace(area, area.selectionStart, area.selectionEnd, words, words.length, 0);

function replace(area, from, to, words, at, length) {
  area.focus();
  area.setRangeText(words, from, to, "end");
  area.setSelectionRange(from + at, from + at + length);
  area.dispatchEvent(new Event("input"));
}

/** Ctrl or Command with a letter sets the mark of that letter: {b: "*"}. */
export function keys(area, marks) {
  area.addEventListener("keydown", (event) => {
    const mark = (event.ctrlKey || event.metaKey) && !event.altKey && marks[event.key.toLowerCase()];
    if (!mark) return;
    event.preventDefault();
    wrap(area, mark);
  });
}
