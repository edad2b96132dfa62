// Pictures for those who have none at hand, drawn here.

const PAGES = [
  { title: "403 Forbidden", lines: ["You do not have access to", "this notebook server.", "", "Request 7f3a · node 12"], hue: 354 },
  { title: "Sign in", lines: ["Your session has ended.", "Sign in again to go on.", "", "anna.keller@example.org"], hue: 212 },
  { title: "Quota", lines: ["Home directory: 98% full", "Scratch: 12% full", "", "Clean up by Friday"], hue: 36 },
];

/** That many screenshots, as files of a browser. */
export const samplePictures = (count) => PAGES.slice(0, count).map(screenshot);

function screenshot({ title, lines, hue }, at) {
  const { canvas, pen } = blank(960, 640);
  fill(pen, "#eef1f5", 0, 0, 960, 640);
  fill(pen, "#d9dee6", 0, 0, 960, 64);
  ["#ff5f57", "#febc2e", "#28c840"].forEach((colour, dot) => fill(pen, colour, 26 + dot * 30, 23, 18, 18, 9));
  fill(pen, "#ffffff", 140, 16, 700, 32, 16);
  write(pen, "#5b6572", "20px sans-serif", "notebooks.example.org/hub", 162, 38);
  fill(pen, "#ffffff", 170, 130, 620, 420, 18);
  fill(pen, `hsl(${hue} 65% 48%)`, 170, 130, 620, 92, 18);
  write(pen, "#ffffff", "bold 44px sans-serif", title, 210, 192);
  lines.forEach((line, row) => write(pen, "#2a3038", "30px sans-serif", line, 210, 292 + row * 52));
  const bytes = Uint8Array.from(atob(encoded(canvas, "image/png")), (letter) => letter.charCodeAt(0));
  return new File([bytes], `screenshot-${at + 1}.png`, { type: "image/png" });
}

/** A sticker as the control surface takes a file. */
export function sampleSticker(emoji) {
  const { canvas, pen } = blank(256, 256);
  pen.textAlign = "center";
  write(pen, "#000", "200px sans-serif", emoji, 128, 200);
  return { name: "sticker.webp", mime_type: "image/webp", content: encoded(canvas, "image/webp"), emoji };
}

function blank(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return { canvas, pen: canvas.getContext("2d") };
}

function fill(pen, colour, ...[x, y, width, height, round = 0]) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(x, y, width, height, round);
  pen.fill();
}

function write(pen, colour, font, words, x, y) {
  pen.fillStyle = colour;
  pen.font = font;
  pen.fillText(words, x, y);
}

/** The picture in base64; at once, as `toBlob` waits until the browser has nothing else to do. */
const encoded = (canvas, type) => canvas.toDataURL(type).split(",")[1];
