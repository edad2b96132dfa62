// Runs before the page is drawn: the theme that was chosen here, or else the system's, also when that changes.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("chatdesk.theme");
    } catch {
      // a browser that keeps nothing
    }
    document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
})();
