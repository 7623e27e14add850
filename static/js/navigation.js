// On a narrow screen the project's tabs scroll: the one of this page must be in sight.
const tabs = document.querySelector(".site-nav ul.tabs");
const current = tabs?.querySelector("[aria-current]");
if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;

// Whoever logs out leaves no text of a draft behind in this browser.
document.querySelector("#account-menu form[action*=logout]")?.addEventListener("submit", () => {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("rubricstudio-editor:")) localStorage.removeItem(key);
    }
  } catch {
    // nothing was kept here
  }
});
