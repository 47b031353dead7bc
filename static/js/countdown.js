// Every <time data-countdown datetime="…"> shows the time left, in the page's language, and keeps doing so.
//
// data-left="{} left" and data-over="Time is over" are the words around it, already translated;
// without them only the span is shown. The moment itself stays readable as the element's title.
// Below data-soon minutes (120 unless told) the element gets the class "soon", after it "over".
"use strict";
(() => {
  const language = document.documentElement.lang || "en";
  const form = (unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" });
  const units = { day: form("day"), hour: form("hour"), minute: form("minute"), second: form("second") };

  function span(seconds) {
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days >= 2) return [units.day.format(days), units.hour.format(hours % 24)];
    if (hours >= 1) return [units.hour.format(hours), units.minute.format(minutes % 60)];
    if (minutes >= 5) return [units.minute.format(minutes)];
    return minutes ? [units.minute.format(minutes), units.second.format(seconds % 60)] : [units.second.format(seconds)];
  }

  function show(element, now) {
    const due = Date.parse(element.dateTime);
    if (Number.isNaN(due)) return Infinity;
    if (!element.title) element.title = element.textContent.trim();
    const left = Math.floor((due - now) / 1000);
    const soon = Number(element.dataset.soon || 120) * 60;
    element.classList.toggle("soon", left > 0 && left < soon);
    element.classList.toggle("over", left <= 0);
    const words = left > 0 ? (element.dataset.left || "{}").replace("{}", span(left).join(" ")) : element.dataset.over;
    if (words && element.textContent !== words) element.textContent = words;
    return left > 0 ? left : Infinity;
  }

  function tick() {
    const now = Date.now();
    let nearest = Infinity;
    for (const element of document.querySelectorAll("time[data-countdown]")) {
      nearest = Math.min(nearest, show(element, now));
    }
    // Seconds are shown only in the last five minutes; before that a look every few seconds is enough.
    setTimeout(tick, nearest < 310 ? 1000 - (now % 1000) : 5000);
  }

  tick();
})();
