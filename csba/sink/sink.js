// The list fetches itself again; a page in the background stays quiet, a typed search stays typed.
const rows = document.getElementById("rows");
async function look() {
  if (!rows || document.hidden) return;
  try {
    const answer = await fetch("/rows" + location.search);
    const text = await answer.text();
    if (answer.ok && text !== rows.dataset.text) { rows.dataset.text = text; rows.innerHTML = text; }
  } catch { /* the sink is being restarted: the next look will tell */ }
}
setInterval(look, 2000);
document.addEventListener("visibilitychange", look);
