// Menus made of <details class="menu"> close on Escape and when something else is clicked;
// the tab of this page is in view where the tabs do not fit side by side.
"use strict";
(() => {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
