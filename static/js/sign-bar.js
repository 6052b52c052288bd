// The sticky "Sign" bar of small screens leaves while the form is in view, so that it covers nothing.

const bar = document.querySelector("[data-jump]");
const form = bar && document.querySelector(bar.dataset.jump);

if (form && "IntersectionObserver" in window) {
  new IntersectionObserver(
    ([entry]) => bar.classList.toggle("away", entry.isIntersecting),
    { rootMargin: "0px 0px -64px 0px" },
  ).observe(form);
}
