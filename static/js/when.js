// Keeps every <time data-when> as people say it while the page is open, in the city's zone. The server's words are the
// same (core/templatetags/porchlight.py); this also covers cards that were cached or came live.

const zone = document.documentElement.dataset.timeZone || undefined;
const parts = (options) => new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
const dayFormat = parts({ year: "numeric", month: "2-digit", day: "2-digit" });
const weekdayFormat = parts({ weekday: "long" });
const clockFormat = parts({ hour: "numeric", minute: "2-digit" });

function dayNumber(date) {
  const [month, day, year] = dayFormat.format(date).split("/").map(Number);
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

function clock(date) {
  const text = clockFormat.format(date).replace(/\s/u, " ");
  if (text === "12:00 AM") return "midnight";
  if (text === "12:00 PM") return "noon";
  return text.replace(":00", "").replace("AM", "a.m.").replace("PM", "p.m.");
}

// Returns nothing for a moment whose date says it best: then the server's words stay.
export function spoken(date, now) {
  const seconds = (now - date) / 1000;
  if (seconds >= 0 && seconds < 60) return "just now";
  if (seconds >= 0 && seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  const days = dayNumber(now) - dayNumber(date);
  if (days === 0) return `Today, ${clock(date)}`;
  if (days === 1) return `Yesterday, ${clock(date)}`;
  if (days > 1 && days < 7) return `${weekdayFormat.format(date)}, ${clock(date)}`;
  return null;
}

export function refresh(root) {
  const now = new Date();
  for (const element of root.querySelectorAll("time[data-when]")) {
    const text = spoken(new Date(element.dateTime), now);
    if (text && element.textContent !== text) element.textContent = text;
  }
}

refresh(document);
setInterval(() => refresh(document), 30_000);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) if (node instanceof Element) refresh(node);
  }
}).observe(document.body, { childList: true, subtree: true });
