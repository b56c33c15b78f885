// How does the compose form answer while somebody types? Counters, the preview, and what the button says.
// Without this script the button "Update count and preview" does the same by a reload.

const form = document.querySelector("[data-compose]");
const PAUSE_MS = 400;

function countCharacters(line) {
  const field = document.getElementById(line.dataset.countOf);
  const limit = Number(line.dataset.limit);
  const show = () => {
    // As the server counts: characters, not halves of them.
    const count = [...field.value].length;
    line.textContent =
      count <= limit
        ? `${count.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")} characters.`
        : `${count.toLocaleString("en-US")} characters, ${(count - limit).toLocaleString("en-US")} too many.`;
    line.classList.toggle("usa-error-message", count > limit);
  };
  // On the form, because words that come back after a lost connection come without a key being pressed.
  form.addEventListener("input", show);
  show();
}

function showWords() {
  const card = form.querySelector("[data-preview]");
  card.querySelector(".pl-card__title a").textContent = form.elements.title.value.trim() || "What happened";
  card.querySelector(".pl-card__text").textContent = form.elements.text.value.slice(0, 600);
}

// Kind and audience change how a card is built, so the server draws it; nothing is kept there.
let asking = null;
async function redraw() {
  asking?.abort();
  asking = new AbortController();
  const data = new FormData(form);
  data.set("update", "1");
  try {
    const response = await fetch(location.href, { method: "POST", body: data, signal: asking.signal });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-preview]");
    if (!fresh) return;
    form.querySelector("[data-preview]").replaceWith(document.importNode(fresh, true));
    showWords();
  } catch (error) {
    if (error.name !== "AbortError") console.info(`No preview: ${error.message}`);
  }
}

// The button says what will happen, to how many; audience.js has counted them by now.
function showSendLabel() {
  const scope = form.querySelector("[name=scope]:checked");
  const people = form.querySelector("[data-dock-people]").textContent.trim();
  const words = people.startsWith("Nobody") ? "Send" : `Send to ${people}`;
  form.querySelector("[data-send]").textContent =
    scope?.dataset.needsApproval === undefined ? words : "Send for approval";
}

if (form) {
  for (const element of form.querySelectorAll("[data-without-script]")) element.hidden = true;
  form.querySelectorAll("[data-count-of]").forEach(countCharacters);
  form.addEventListener("input", showWords);
  let pause = 0;
  form.addEventListener("change", (event) => {
    if (!["kind", "scope", "neighborhoods"].includes(event.target.name)) return;
    showSendLabel();
    clearTimeout(pause);
    pause = setTimeout(redraw, PAUSE_MS);
  });
  showSendLabel();
}
