// Desk: what was changed in a form and not saved is in nothing that another form of the page sends.
// <form data-unsaved>, <form data-after-saving>, and <p data-unsaved-note hidden tabindex="-1">.

const written = document.querySelector("form[data-unsaved]");
const note = document.querySelector("[data-unsaved-note]");

function isChanged(control) {
  if (control.type === "checkbox" || control.type === "radio") {
    return control.checked !== control.defaultChecked;
  }
  return control.type !== "hidden" && "defaultValue" in control && control.value !== control.defaultValue;
}

if (written && note) {
  for (const form of document.querySelectorAll("form[data-after-saving]")) {
    form.addEventListener("submit", (event) => {
      if ([...written.elements].some(isChanged)) {
        event.preventDefault();
        // forms.js would take it for sent.
        event.stopPropagation();
        note.hidden = false;
        note.focus();
      }
    });
  }
}
