// Makes the pages quicker; everything works without it.

// Filters take effect when they are chosen: the list is fetched and put in place of the old one, the focus stays.
let latest = 0;
const here = () => location.pathname + location.search;
let shown = here();

async function narrow(form) {
  const query = new URLSearchParams(new FormData(form));
  const address = `${form.action}?${query}`;
  const turn = ++latest;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== latest) return;
  const focused = document.activeElement?.id;
  const opened = document.querySelector("details.filters")?.open;
  const before = document.querySelector("[data-results]");
  before.replaceWith(page.querySelector("[data-results]"));
  const heading = page.querySelector("h1");
  if (heading) document.querySelector("h1").replaceWith(heading);
  document.title = page.title;
  const filters = document.querySelector("details.filters");
  if (filters) filters.open = opened;
  const again = focused && document.getElementById(focused);
  again?.closest("details.more-options")?.setAttribute("open", "");
  again?.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("a.tongue[hreflang]")) link.search = `?${query}`;
  document.getElementById("live").textContent = document.querySelector(".total").textContent;
  history.pushState(null, "", address);
  shown = here();
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form) narrow(form).catch(() => form.submit());
});

// Back and forward between filtered lists; a step within a page ("#lesson") needs nothing.
addEventListener("popstate", () => {
  if (here() !== shown) location.reload();
});
