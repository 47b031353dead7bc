// Live hints for all tabs of one browser through one stream.
//
// A page says what it shows: <… id="live" data-tickets="/desk/live/" data-topics="queue inquiry:INQ-1">.
// One tab holds a Web Lock and with it the only EventSource, for the topics of all tabs; it hands
// each event on through a BroadcastChannel. An event «inquiry:INQ-1» becomes the DOM event
// «live:inquiry-INQ-1» on the body, on which fragments fetch themselves. An event is a hint and never
// content: while no stream is alive, every tab looked at by somebody asks again each 15 seconds.
// Whenever a tab may have missed something (it was just drawn, the stream was cut), it is told to look.
"use strict";
(() => {
  const place = document.getElementById("live");
  if (!place || !window.BroadcastChannel) return;
  const topics = (place.dataset.topics || "").split(" ").filter(Boolean);
  const me = Math.random().toString(36).slice(2);
  const channel = new BroadcastChannel("csba-live");
  let alive = false;

  // Not more often than every second, for the queue (which always moves) three; the last one is never
  // left out.
  const recent = new Map();
  function tell(topic) {
    if (!topics.includes(topic)) return;
    if (recent.has(topic)) return void recent.set(topic, true);
    recent.set(topic, false);
    document.body.dispatchEvent(new CustomEvent(`live:${topic.replace(":", "-")}`));
    setTimeout(() => {
      const again = recent.get(topic);
      recent.delete(topic);
      if (again) tell(topic);
    }, topic === "queue" ? 3000 : 1000);
  }

  function show(now) {
    alive = now;
    place.dataset.state = now ? "on" : "off";
    place.title = now ? place.dataset.on : place.dataset.off;
    if (place.firstElementChild) place.firstElementChild.textContent = place.title;
  }

  // --- the tab that holds the stream ---------------------------------------------------------
  let leads = false;
  let source = null; // the stream that hands events on
  let next = null; // one for more topics, while it is being opened
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

  const carries = (stream, all) => stream && stream.readyState !== EventSource.CLOSED && all.every((topic) => stream.topics.includes(topic));

  async function open() {
    const all = [...new Set([...wanted.values()].flat())].sort();
    if (!all.length || carries(next || source, all)) return;
    let stream;
    try {
      const answer = await fetch(`${place.dataset.tickets}?${new URLSearchParams({ topics: all.join(" ") })}`);
      stream = new EventSource((await answer.json()).stream);
    } catch {
      if (!alive) say({ kind: "state", alive: false });
      return reopen(15000);
    }
    if (next) next.close();
    next = stream;
    stream.topics = all;
    stream.onopen = () => {
      // Topics that the stream before has carried up to now were heard without a gap.
      const heard = source && source !== stream && source.readyState === EventSource.OPEN ? source.topics : [];
      if (source && source !== stream) source.close();
      if (next === stream) next = null;
      source = stream;
      say({ kind: "opened", topics: all.filter((topic) => !heard.includes(topic)) });
    };
    stream.onerror = () => {
      if (stream === source) say({ kind: "state", alive: false });
      if (stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
      if (next === stream) next = null;
      if (stream !== source && !alive) say({ kind: "state", alive: false });
      reopen(5000);
    };
    stream.addEventListener("moved", (event) => say({ kind: "moved", topic: JSON.parse(event.data).topic }));
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
    if (message.kind === "moved") tell(message.topic);
    if (message.kind === "opened" || (message.kind === "state" && message.alive)) {
      const missed = alive ? message.topics || [] : topics;
      show(true);
      missed.forEach(tell);
    } else if (message.kind === "state") show(false);
    if (message.kind === "who") channel.postMessage({ kind: "here", tab: me, topics });
    if (!leads) return;
    if (message.kind === "gone") wanted.delete(message.tab);
    if (message.kind === "here") {
      wanted.set(message.tab, message.topics);
      reopen(100);
      if (alive && carries(source, message.topics)) channel.postMessage({ kind: "state", alive });
    }
  }

  channel.onmessage = (event) => hear(event.data);
  window.addEventListener("pagehide", () => channel.postMessage({ kind: "gone", tab: me }));
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  channel.postMessage({ kind: "here", tab: me, topics });
  if (navigator.locks) navigator.locks.request("csba-live", lead);
  else lead(); // without locks (plain http on another host) each tab has its own stream
  setInterval(() => {
    if (!alive && !document.hidden) topics.forEach(tell);
  }, 15000);
})();
