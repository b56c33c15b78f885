// Who should hear it? Keeps the list, the map, the tabs and the number of people in agreement while a post is written.
//
// [data-audience] holds the radios `scope` (data-people and data-places for a whole command or city)
// and one checkbox for each neighborhood (data-slug, data-name, data-people); [data-audience-map] draws the same choice.

const FEWEST_SHOWN = 5; // as in core/templatetags/porchlight.py

const audience = document.querySelector("[data-audience]");
const map = document.querySelector("[data-audience-map]");
const boxes = [...audience.querySelectorAll("input[type=checkbox][data-slug]")];
const boxBySlug = new Map(boxes.map((box) => [box.dataset.slug, box]));
const scopes = [...audience.querySelectorAll("input[name=scope]")];
const one = (selector) => document.querySelector(selector);

function peopleInWords(count) {
  if (count === 0) return "nobody yet";
  return count < FEWEST_SHOWN ? `under ${FEWEST_SHOWN} people` : `${count.toLocaleString("en-US")} people`;
}

function placesInWords(count) {
  return `in ${count.toLocaleString("en-US")} neighborhood${count === 1 ? "" : "s"}`;
}

function setText(selector, text) {
  const element = one(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

function chosenScope() {
  return scopes.find((radio) => radio.checked);
}

function isWhole(scope) {
  return scope !== undefined && scope.dataset.people !== undefined;
}

function drawMap(isEverything) {
  if (!map) return;
  const chosen = new Set();
  for (const area of map.querySelectorAll("[data-slug]")) {
    const box = boxBySlug.get(area.dataset.slug);
    const isChosen = Boolean(box) && (isEverything || box.checked);
    area.classList.toggle("pl-area--chosen", isChosen);
    if (!box) continue;
    area.querySelector("title").textContent = isChosen ? `${box.dataset.name}: chosen` : box.dataset.name;
    if (isChosen) chosen.add(area.dataset.slug);
  }
  for (const label of map.querySelectorAll("text")) {
    label.classList.toggle("pl-label--chosen", chosen.has(label.dataset.labelOf));
  }
  map.setAttribute(
    "aria-label",
    `${chosen.size} of ${boxes.length} neighborhoods on the map are chosen. The list says the same.`,
  );
}

function refresh() {
  const scope = chosenScope();
  const isEverything = isWhole(scope);
  const chosen = boxes.filter((box) => box.checked);
  const people = isEverything
    ? Number(scope.dataset.people)
    : chosen.reduce((sum, box) => sum + Number(box.dataset.people), 0);
  const places = isEverything ? Number(scope.dataset.places) : chosen.length;
  const isNobody = people === 0;
  const advice =
    places === 0 ? "Choose at least one neighborhood." : "Choose at least one neighborhood with people.";
  one("[data-reach]")?.classList.toggle("pl-reach--nobody", isNobody);
  setText("[data-reach-people]", isNobody ? `Nobody would get this. ${advice}` : peopleInWords(people));
  setText("[data-reach-places]", placesInWords(places));
  setText("[data-dock-people]", isNobody ? "Nobody yet" : peopleInWords(people));
  setText("[data-dock-places]", placesInWords(places));
  drawMap(isEverything);
}

// Choosing single places leaves "all of it": a tick there must mean what it says.
function chooseSinglePlaces() {
  const scope = chosenScope();
  if (isWhole(scope)) scopes.find((radio) => !isWhole(radio)).checked = true;
}

audience.addEventListener("change", (event) => {
  if (boxes.includes(event.target)) chooseSinglePlaces();
  refresh();
});

map?.addEventListener("click", (event) => {
  const box = boxBySlug.get(event.target.closest("[data-slug]")?.dataset.slug);
  if (!box) return;
  const wasWhole = isWhole(chosenScope());
  chooseSinglePlaces();
  box.checked = wasWhole || !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
});

const search = audience.querySelector("[data-audience-search]");
const found = audience.querySelector("[data-audience-found]");

// Without accents and marks, so that "kaimuki" finds "Kaimukī".
function folded(text) {
  return text.normalize("NFD").replace(/[\p{M}\p{Lm}'’]/gu, "").toLowerCase();
}

function filter() {
  const wanted = folded(search.value.trim());
  let count = 0;
  for (const box of boxes) {
    const row = box.closest("li");
    row.hidden = !folded(box.dataset.name).includes(wanted);
    if (!row.hidden) count += 1;
  }
  found.hidden = wanted === "";
  found.textContent = wanted === "" ? "" : `${count} of ${boxes.length} neighborhoods`;
}

if (search) {
  search.hidden = false;
  search.addEventListener("input", filter);
  // Enter looks for a place; it must never send the post.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

refresh();
