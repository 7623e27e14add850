// Runs before the first paint, so that a chosen colour scheme never flashes the other one.
(() => {
  const root = document.documentElement;
  const modes = {
    system: { icon: "monitor" },
    light: { icon: "sun" },
    dark: { icon: "moon" },
  };
  const order = Object.keys(modes);

  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be forbidden; the system's scheme then applies
    }
  };
  const remember = (mode) => {
    try {
      localStorage.setItem("theme", mode);
    } catch {
      // the choice then lasts as long as the page
    }
  };
  let mode = order.includes(stored()) ? stored() : "system";

  const apply = () => {
    if (mode === "system") root.removeAttribute("data-theme");
    else root.dataset.theme = mode;
  };
  const show = (button) => {
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${modes[mode].icon}`));
    const label = button.dataset[mode];
    button.querySelector("[data-theme-label]").textContent = label;
    button.title = label;
  };

  apply();
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      show(button);
      button.addEventListener("click", () => {
        mode = order[(order.indexOf(mode) + 1) % order.length];
        remember(mode);
        apply();
        show(button);
      });
    }
  });
})();
