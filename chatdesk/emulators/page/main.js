// Starts both panes and what they share: the stream of changes, tabs on a phone, the theme.
import { coalesced, listen } from "./api.js";
import { remembered } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlays.js";
import { SlackPane } from "./slack.js";
import { TelegramPane } from "./telegram.js";

const tabs = { user: document.getElementById("tab-user"), agent: document.getElementById("tab-agent") };
const narrow = matchMedia("(max-width: 859px)");

function showPane(name) {
  document.body.dataset.pane = name;
  for (const [key, tab] of Object.entries(tabs)) {
    tab.setAttribute("aria-selected", String(key === name));
    tab.tabIndex = key === name ? 0 : -1;
  }
  tabs[name].classList.remove("news");
  telegram.seen();
}

const visible = (name) => !narrow.matches || document.body.dataset.pane === name;
const news = (name) => () => {
  if (!visible(name)) tabs[name].classList.add("news");
};

const telegram = new TelegramPane(document.getElementById("user"), { news: news("user"), visible: () => visible("user") });
const slack = new SlackPane(document.getElementById("agent"), { news: news("agent") });

const refresh = {
  telegram: coalesced(() => attempt(() => telegram.refresh())),
  slack: coalesced(() => attempt(() => slack.refresh())),
};

for (const [name, tab] of Object.entries(tabs)) {
  tab.addEventListener("click", () => showPane(name));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "user" ? "agent" : "user";
    showPane(other);
    tabs[other].focus();
  });
}
narrow.addEventListener("change", () => {
  if (!narrow.matches) for (const tab of Object.values(tabs)) tab.classList.remove("news");
});

const toggle = document.getElementById("theme");
const page = document.documentElement;
const drawToggle = () => toggle.replaceChildren(icon(page.dataset.theme === "dark" ? "sun" : "moon"));
toggle.addEventListener("click", () => {
  page.dataset.theme = page.dataset.theme === "dark" ? "light" : "dark";
  remembered.set("theme", page.dataset.theme);
});
new MutationObserver(drawToggle).observe(page, { attributeFilter: ["data-theme"] });

telegram.changed = refresh.telegram;
slack.changed = refresh.slack;
drawToggle();
showPane("user");

const unlinked = document.getElementById("unlinked");
listen(
  (service) => refresh[service]?.(),
  (isLinked) => {
    unlinked.hidden = isLinked;
    if (!isLinked) return;
    refresh.telegram();
    refresh.slack();
  },
);
