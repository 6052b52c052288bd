// Vetting desk: one key for each button or link that names one in data-key, "choose all", and the
// next signature brought into this page instead of a new one.
// Keys do nothing while somebody types, or together with Ctrl, Alt or Meta.

const main = document.querySelector("main");
// So long after a name came up, no key decides about it: nobody has read it yet.
const UNREAD = 250;

// The button whose reason is being typed: Enter sends it.
let waiting;

function isTyping(target) {
  return target.closest("input:not([type='checkbox']), select, textarea, [contenteditable]");
}

// The letter that is printed on the key; where the alphabet is another one, that of its place.
function letterOf(event) {
  const typed = event.key.toLowerCase();
  return /^[a-z]$/.test(typed) ? typed : event.code.replace(/^Key/, "").toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (waiting && event.key === "Enter" && event.target.id === waiting.dataset.needs) {
    event.preventDefault();
    waiting.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) {
    return;
  }
  const control = document.querySelector(`[data-key="${CSS.escape(letterOf(event))}"]`);
  if (!control) {
    return;
  }
  event.preventDefault();
  const decides = control.name === "action";
  if (main.ariaBusy === "true" || (decides && "unread" in main.dataset)) {
    return;
  }
  // What needs a reason asks for it first.
  const needed = document.getElementById(control.dataset.needs ?? "");
  if (needed && !needed.value.trim()) {
    waiting = control;
    needed.focus();
    return;
  }
  control.click();
});

function setUp() {
  const all = main.querySelector("[data-choose-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const box of all.form.querySelectorAll("input[name='chosen']")) {
        box.checked = true;
      }
    });
  }
  // They work from now on: say so.
  for (const hint of main.querySelectorAll("[data-keys]")) {
    hint.hidden = false;
  }
}

// Only pages of the desk can take each other's place; anything else is gone to.
async function bring(address, options) {
  main.ariaBusy = "true";
  try {
    const answer = await fetch(address, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("[data-vetting]")) {
      location.assign(answer.url);
      return;
    }
    history.pushState(null, "", answer.url);
    document.title = page.title;
    // With the same page in other languages at its end.
    for (const part of ["header", ".rooms"]) {
      document.querySelector(part).replaceWith(page.querySelector(part));
    }
    main.replaceChildren(...page.querySelector("main").childNodes);
    waiting = undefined;
    setUp();
    scrollTo(0, 0);
    const first = main.querySelector("[data-error-summary], [data-vetting] h1");
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    main.dataset.unread = "";
    setTimeout(() => delete main.dataset.unread, UNREAD);
    main.ariaBusy = "false";
  } catch {
    // The connection is gone, or came back with nothing: whatever was decided shows then.
    location.reload();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.closest("[data-brings]")) {
    return;
  }
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  // Not form.action: some of its buttons have that name.
  bring(form.getAttribute("action"), { method: "POST", body });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-brings]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    bring(link.href);
  }
});

// Back and forward: the address has changed, but the page has not.
addEventListener("popstate", () => location.reload());

if (main) {
  setUp();
}
