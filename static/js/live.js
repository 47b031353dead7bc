// Live hints for all tabs of one browser through one stream.
//
// A page says what it shows: <… id="live" data-tickets="/desk/live/" data-topics="queue inquiry:INQ-1">.
// One tab holds a Web Lock and with it the only EventSource, for the topics of all tabs; it hands
// each event on through a BroadcastChannel. An event «inquiry:INQ-1» becomes the DOM event
// «live:inquiry-INQ-1» on the body, on which fragments fetch themselves. An event is a hint and never
// content: while no stream is alive, every tab looked at by somebody asks again each 15 seconds.
"use strict";
(() => {
  const place = document.getElementById("live");
  if (!place || !window.BroadcastChannel) return;
  const topics = (place.dataset.topics || "").split(" ").filter(Boolean);
  const me = Math.random().toString(36).slice(2);
  const channel = new BroadcastChannel("csba-live");
  let alive = false;

  function tell(topic, upto) {
    const name = `live:${topic.replace(":", "-")}`;
    document.body.dispatchEvent(new CustomEvent(name, { detail: { topic, upto } }));
  }

  function tellAll() {
    for (const topic of topics) tell(topic, 0);
  }

  function show(now) {
    if (now && !alive && place.dataset.state) tellAll(); // something may have been missed
    alive = now;
    place.dataset.state = now ? "on" : "off";
    place.title = now ? place.dataset.on : place.dataset.off;
    if (place.firstElementChild) place.firstElementChild.textContent = place.title;
  }

  // --- the tab that holds the stream ---------------------------------------------------------
  let leads = false;
  let source = null;
  let timer = 0;
  const wanted = new Map();

  function say(message) {
    channel.postMessage(message);
    hear(message);
  }

  function reopen(wait) {
    clearTimeout(timer);
    timer = setTimeout(open, wait);
  }

  async function open() {
    const all = [...new Set([...wanted.values()].flat())].sort().join(" ");
    if (!all || (source && source.readyState !== EventSource.CLOSED && source.topics === all)) return;
    if (source) source.close();
    try {
      const answer = await fetch(`${place.dataset.tickets}?${new URLSearchParams({ topics: all })}`);
      source = new EventSource((await answer.json()).stream);
    } catch {
      say({ kind: "state", alive: false });
      return reopen(15000);
    }
    source.topics = all;
    source.onopen = () => say({ kind: "state", alive: true });
    source.onerror = (event) => {
      say({ kind: "state", alive: false });
      if (event.target.readyState === EventSource.CLOSED) reopen(5000);
    };
    source.addEventListener("moved", (event) => say({ kind: "moved", ...JSON.parse(event.data) }));
  }

  function lead() {
    leads = true;
    wanted.set(me, topics);
    channel.postMessage({ kind: "who" });
    reopen(100); // the others answer meanwhile
    return new Promise(() => {}); // held until this tab goes
  }

  // --- every tab -----------------------------------------------------------------------------
  function hear(message) {
    if (message.kind === "moved" && topics.includes(message.topic)) tell(message.topic, message.upto);
    if (message.kind === "state") show(message.alive);
    if (message.kind === "who") channel.postMessage({ kind: "here", tab: me, topics });
    if (!leads) return;
    if (message.kind === "here") wanted.set(message.tab, message.topics);
    if (message.kind === "gone") wanted.delete(message.tab);
    if (message.kind === "here") {
      reopen(100);
      if (alive) channel.postMessage({ kind: "state", alive });
    }
  }

  channel.onmessage = (event) => hear(event.data);
  window.addEventListener("pagehide", () => channel.postMessage({ kind: "gone", tab: me }));
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  channel.postMessage({ kind: "here", tab: me, topics });
  if (navigator.locks) navigator.locks.request("csba-live", lead);
  else lead(); // without locks (plain http on another host) each tab has its own stream
  setInterval(() => {
    if (!alive && !document.hidden) tellAll();
  }, 15000);
})();
