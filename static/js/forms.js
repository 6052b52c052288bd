// Two manners of every form: an error summary takes the focus, and a form is sent once.

const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  // A form's address may end in #sign, for who allows no scripts: the browser goes there last, and
  // takes the focus away.
  addEventListener("load", () => {
    if (document.activeElement === document.body) {
      summary.focus();
    }
  });
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled='true']")) {
    button.removeAttribute("aria-disabled");
  }
}

// The button stays enabled for the browser (a disabled one would drop its name and value, and would
// still be disabled after "back"): a second submit is simply not let through.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  // A lost connection leaves the page as it is: let them try again.
  setTimeout(release, 10000, form);
});

// Back button: the page may come out of the browser's cache with its marks on.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    release(form);
  }
});
