// Thanks page: asks for the signer's own number until the record has it, then stops. At most a minute.
// The server answers {"number": null} or {"number": 10513, "shown": "10,513"}.

const place = document.querySelector("[data-number-url]");
const PATIENCE_MS = 60000;

async function ask() {
  const answer = await fetch(place.dataset.numberUrl, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    cache: "no-store",
  });
  return answer.ok ? answer.json() : {};
}

function show(id) {
  for (const part of document.querySelectorAll("[data-number-state]")) {
    part.hidden = part.dataset.numberState !== id;
  }
}

if (place) {
  const started = Date.now();
  let pause = 1000;
  const look = async () => {
    if (document.hidden) {
      setTimeout(look, pause);
      return;
    }
    const { number = null, shown } = await ask().catch(() => ({}));
    if (number !== null) {
      place.textContent = shown ?? number;
      show("known");
    } else if (Date.now() - started < PATIENCE_MS) {
      pause = Math.min(pause * 1.4, 6000);
      setTimeout(look, pause);
    } else {
      show("late");
    }
  };
  setTimeout(look, pause);
}
