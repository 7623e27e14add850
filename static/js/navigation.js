// On a narrow screen the project's tabs scroll: the one of this page must be in sight.
const tabs = document.querySelector(".site-nav ul.tabs");
const current = tabs?.querySelector("[aria-current]");
if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
