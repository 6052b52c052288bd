// Which link somebody came by (`?from=newsletter`), copied into the form that they send if they sign.
// It is kept nowhere else, and the server knows only the words that the organizers wrote down.

const field = document.querySelector("[data-campaign-tag]");
const tag = new URLSearchParams(location.search).get("from")?.trim().toLowerCase() ?? "";

if (field && tag.length <= Number(field.maxLength) && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(tag)) {
  field.value = tag;
}
