// Desk: a short field (title, addressee) shown in the preview while it is typed.
// <input data-mirror="id of the element that repeats it">

for (const input of document.querySelectorAll("input[data-mirror]")) {
  const target = document.getElementById(input.dataset.mirror);
  if (target) {
    input.addEventListener("input", () => {
      target.textContent = input.value;
    });
  }
}
