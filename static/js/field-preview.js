// Desk: a short field (title, addressee) shown in the preview while it is typed.
// <input data-mirror="id of the element that repeats it">

for (const input of document.querySelectorAll("input[data-mirror]")) {
  const target = document.getElementById(input.dataset.mirror);
  if (target) {
    const repeat = () => {
      target.textContent = input.value;
    };
    input.addEventListener("input", repeat);
    // What was typed before this script was there.
    repeat();
  }
}
