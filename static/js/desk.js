// The desk by keyboard, and the few things a page cannot do by itself: dialogs, drafts, copying.
//
// Single keys act only when nothing is being written in; keys of an input method (Chinese) never act.
// Nothing here is needed: every link and button works without it.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const writing = (element) => element && element.matches("input:not([type=radio]), textarea, select, [contenteditable]");
  const dialog = $("#dialog");

  // --- dialogs: a link that leads to a page of questions opens it here ------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && dialog && window.htmx && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" }).then(() => {
        dialog.showModal();
        const first = $("select, input:not([type=hidden]), textarea, button", dialog);
        if (first) first.focus();
      });
    }
    if (event.target.closest("[data-close]") && dialog && dialog.open) {
      event.preventDefault();
      dialog.close();
    }
    const number = event.target.closest("[data-copy]");
    if (number && navigator.clipboard) {
      navigator.clipboard.writeText(number.dataset.copy).then(() => {
        number.classList.add("copied");
        setTimeout(() => number.classList.remove("copied"), 1200);
      });
    }
    const cite = event.target.closest("[data-insert]");
    if (cite) insert(cite.dataset.insert);
  });

  // --- the composer ---------------------------------------------------------------------------
  const lane = (name) => $(`#lane-${name}`);

  function write(name) {
    const choice = lane(name);
    if (!choice) return;
    choice.checked = true;
    const text = $(`form[data-lane="${name}"] textarea`);
    if (text) text.focus();
  }

  function insert(words) {
    write("buyer");
    const text = $('form[data-lane="buyer"] textarea');
    if (!text) return;
    const before = text.value.slice(0, text.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    text.setRangeText(gap + words + "\n", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  for (const button of $$("[data-insert]")) button.hidden = !lane("buyer");

  // What is being written survives a reload and a click on another button; sending forgets it.
  for (const form of $$("form[data-lane]")) {
    const text = $("textarea", form);
    const key = `draft:${location.pathname}:${form.dataset.lane}`;
    if (!text) continue;
    if (!text.value) text.value = sessionStorage.getItem(key) || "";
    else sessionStorage.removeItem(key);
    if (text.value && !$(".notice[role=alert]") && lane(form.dataset.lane)) lane(form.dataset.lane).checked = true;
    form.addEventListener("input", () => sessionStorage.setItem(key, text.value));
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault(); // the second click of a double click
      form.dataset.sent = "yes";
      sessionStorage.removeItem(key);
    });
  }
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // --- what has come in since the page was drawn ----------------------------------------------
  const rows = $("#rows");
  const order = (html) => (html.match(/\/inquiry\/INQ-\w+/g) || []).join();
  let asked = false;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!rows || event.target !== rows) return;
    const held = !asked && (rows.matches(":hover, :focus-within") || rows.parentElement.scrollTop > 80);
    asked = false;
    if (!held) return;
    event.detail.shouldSwap = false; // the list does not move under a hand
    $("#queue-news").hidden = order(event.detail.serverResponse) === order(rows.innerHTML);
  });
  const show = $("#queue-news button");
  if (show) {
    show.addEventListener("click", () => {
      $("#queue-news").hidden = true;
      asked = true;
      htmx.trigger(rows, "refresh");
    });
  }

  // The inquiry and its case with the seller count what is said in them apart: a cursor for each.
  const seen = $("#seen");
  const seenCase = $("#seen-case");
  const news = $("#thread-news");
  document.body.addEventListener("htmx:afterSettle", () => {
    const upto = $("#timeline") && $("#timeline").dataset;
    if (!news || !seen || !upto) return;
    news.hidden = Number(upto.upto) <= Number(seen.value) && Number(upto.uptoCase) <= Number(seenCase.value);
  });
  const read = $("#thread-news button");
  if (read) {
    read.addEventListener("click", () => {
      seen.value = $("#timeline").dataset.upto;
      seenCase.value = $("#timeline").dataset.uptoCase;
      for (const field of $$("input[name=seen_seq]")) field.value = seen.value;
      for (const field of $$("input[name=seen_case_seq]")) field.value = seenCase.value;
      news.hidden = true;
      htmx.trigger(document.body, `live:inquiry-${location.pathname.split("/")[3]}`);
      const newest = $$(".said.new").pop();
      if (newest) newest.scrollIntoView({ block: "center" });
    });
  }
  const fresh = $(".said.new");
  if (fresh) fresh.scrollIntoView({ block: "center" });

  // --- keys -----------------------------------------------------------------------------------
  const off = () => localStorage.getItem("csba-keys") === "off";
  const switched = $("#keys-on");
  if (switched) {
    switched.checked = !off();
    switched.addEventListener("change", () => localStorage.setItem("csba-keys", switched.checked ? "on" : "off"));
  }

  function step(by) {
    const links = $$("a.row");
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    r: () => write("buyer"),
    q: () => write("seller"),
    n: () => write("note"),
    "/": () => $("#find") && $("#find").select(),
    "?": () => $("#keys") && $("#keys").showModal(),
    Escape: () => $("#timeline") && $(".rail a") && (location.href = $(".rail a").href),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return; // Enter that confirms a Chinese word must not send
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = target.closest && target.closest("form[data-lane]");
      const button = form && ((event.shiftKey && $("[data-send-resolve]", form)) || $("[data-send]", form));
      if (button) {
        event.preventDefault();
        form.requestSubmit(button);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || $("dialog[open]")) return;
    if (writing(target)) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (off() && event.key !== "?") return;
    const act = keys[event.key] || ((button) => button && (() => button.click()))($(`:is(.head, .said-deeds) [data-key="${CSS.escape(event.key)}"]`));
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
