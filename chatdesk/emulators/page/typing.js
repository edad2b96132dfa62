// What Telegram's own apps make of marks in a typed text, and back: **bold**, __italic__, ~~strike~~, ||spoiler||, `code`.

const MARKS = { "**": "bold", __: "italic", "~~": "strikethrough", "||": "spoiler", "`": "code", "```": "pre" };
const SIGNS = Object.fromEntries(Object.entries(MARKS).map(([mark, type]) => [type, mark]));
const FOUND = /```\n?([\s\S]+?)\n?```|`([^`\n]+)`|(\*\*|__|~~|\|\|)(?=\S)([\s\S]+?)(?<=\S)\3/;

/** {text, entities} of what was typed. */
export function parse(typed) {
  const made = { text: "", entities: [] };
  read(typed.trim(), made);
  return made;
}

function read(typed, made) {
  let rest = typed;
  for (let found = FOUND.exec(rest); found; found = FOUND.exec(rest)) {
    const [whole, pre, code, mark, words] = found;
    made.text += rest.slice(0, found.index);
    const offset = made.text.length;
    if (mark) read(words, made);
    else made.text += pre ?? code;
    made.entities.push({ type: mark ? MARKS[mark] : pre === undefined ? "code" : "pre", offset, length: made.text.length - offset });
    rest = rest.slice(found.index + whole.length);
  }
  made.text += rest;
}

/** The text as it would be typed, for editing. */
export function unparse(text, entities) {
  const put = [];
  for (const { type, offset, length } of entities ?? []) {
    if (!SIGNS[type]) continue;
    put.push([offset, 1, -length, SIGNS[type]], [offset + length, 0, length, SIGNS[type]]);
  }
  put.sort((a, b) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2]);
  return put.reduce((words, [at, , , sign]) => words.slice(0, at) + sign + words.slice(at), text);
}
