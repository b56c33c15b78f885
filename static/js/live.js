// How does news reach an open page? One event stream; nothing here asks the server at regular times.
//
// The element with `data-live` says what the page shows:
//   "feed"  data-feed-number, data-newer-url, cards in #posts; `post` events bring the new card along
//   "post"  data-post-id, public answers in #replies; a `reply` event only says that there is something
//   "sent"  data-post-id, the progress of a post in #ledger; `progress` events
//   "desk"  data-channel, the name of the desk's own channel; `desk` events
// Without this script the same pages show the same things after a reload.

const TICKET_URL = "/live-ticket/";
const STREAM_URL = "/live/stream";
const RENEW_BEFORE_END_SECONDS = 60;
const REST_AFTER_HIDDEN_MS = 5 * 60 * 1000;
const LONGEST_WAIT_MS = 60 * 1000;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const randomly = (milliseconds) => milliseconds * (0.5 + Math.random() / 2);
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

async function fetchPage(url) {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(`No page at ${url}: ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, number: Number(response.headers.get("X-Feed-Number")) };
}

// The lamp bar: what is new waits behind one button, and nothing on the page moves until it is pressed.
class Bar {
  constructor(before, onPress) {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "pl-newposts__button";
    this.button.addEventListener("click", onPress);
    this.box = document.createElement("div");
    this.box.className = "pl-newposts";
    this.box.hidden = true;
    this.box.append(this.button);
    // Apart from the button: a status that is there from the start is read out when its words appear.
    this.status = document.createElement("p");
    this.status.className = "usa-sr-only";
    this.status.setAttribute("role", "status");
    before.before(this.box, this.status);
  }

  show(label, announcement) {
    this.button.textContent = label;
    if (this.box.hidden) this.status.textContent = announcement;
    this.box.hidden = false;
  }

  hide() {
    this.box.hidden = true;
    this.status.textContent = "";
  }
}

// What a part says, apart from the times, which change by themselves.
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const node of copy.querySelectorAll("time, .pl-newposts, [role=status]")) node.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function focusOn(element) {
  element.tabIndex = -1;
  element.focus();
}

class FeedPage {
  kinds = ["post"];

  constructor(root) {
    this.posts = document.getElementById("posts");
    this.number = Number(root.dataset.feedNumber);
    this.newerUrl = root.dataset.newerUrl;
    this.waiting = new Map();
    this.asking = null;
    this.bar = new Bar(this.posts, () => this.insert());
  }

  hello({ numbers }, isFirst) {
    const isBehind = Object.values(numbers).some((number) => number === null || number > this.number);
    if (isBehind) this.catchUp(isFirst);
  }

  hear(kind, event) {
    if (event.id <= this.number) return;
    if (event.id > this.number + 1 || this.asking || !event.html) {
      this.catchUp(true);
      return;
    }
    this.number = event.id;
    this.keep(new DOMParser().parseFromString(event.html, "text/html"));
  }

  // Asks once for everything newer; news that arrives while asking leads to one more question, not to many.
  async catchUp(isAlone) {
    this.isAskedAgain = this.asking !== null;
    this.asking ??= this.ask(isAlone);
  }

  async ask(isAlone) {
    try {
      // After a restart every open page comes here at the same moment.
      if (!isAlone) await wait(randomly(3000));
      do {
        this.isAskedAgain = false;
        const { page, number } = await fetchPage(`${this.newerUrl}?after=${this.number}`);
        this.number = Math.max(this.number, number);
        this.keep(page);
      } while (this.isAskedAgain);
    } catch (error) {
      console.info(error.message);
    } finally {
      this.asking = null;
    }
  }

  keep(page) {
    // Newest first in the page; a map keeps the order of first insertion, so the oldest goes in first.
    for (const card of [...page.querySelectorAll("article[id]")].reverse()) {
      this.waiting.delete(card.id);
      this.waiting.set(card.id, card);
    }
    if (this.waiting.size === 0) return;
    const label = counted(this.waiting.size, "new post", "new posts");
    this.bar.show(`Show ${label}`, `${label}.`);
  }

  insert() {
    let newest = null;
    for (const card of this.waiting.values()) {
      newest = document.importNode(card, true);
      // A post that is there already has changed; it keeps its place on the page.
      const earlier = document.getElementById(card.id);
      if (earlier) earlier.replaceWith(newest);
      else this.posts.prepend(newest);
    }
    this.waiting.clear();
    this.bar.hide();
    document.getElementById("posts-empty")?.remove();
    if (newest) focusOn(newest);
  }
}

// A page of which one part can be fetched again.
class PartPage {
  constructor(root, { kind, part, label }) {
    this.kinds = [kind];
    this.post = Number(root.dataset.postId);
    this.part = part;
    this.label = label;
    this.bar = label ? new Bar(document.getElementById(part), () => this.renew()) : null;
  }

  hello(data, isFirst) {
    if (!isFirst) this.catchUp();
  }

  hear(kind, event) {
    if (event.post === this.post) this.somethingNew();
  }

  somethingNew() {
    if (this.bar) this.bar.show(this.label, this.label);
    else this.renew();
  }

  async catchUp() {
    await wait(randomly(3000));
    const fresh = await this.fetchPart();
    if (fresh && wordsOf(fresh) !== wordsOf(document.getElementById(this.part))) this.somethingNew();
  }

  async renew() {
    const fresh = await this.fetchPart();
    if (!fresh) {
      location.reload();
      return;
    }
    document.getElementById(this.part).replaceWith(document.importNode(fresh, true));
    if (!this.bar) return;
    this.bar.hide();
    focusOn(document.getElementById(this.part));
  }

  async fetchPart() {
    try {
      return (await fetchPage(location.pathname + location.search)).page.getElementById(this.part);
    } catch (error) {
      console.info(error.message);
      return null;
    }
  }
}

class DeskPage {
  kinds = ["desk"];

  constructor(root) {
    this.root = root;
    this.channel = root.dataset.channel;
    this.count = 0;
    this.bar = new Bar(root.firstElementChild, () => location.reload());
  }

  hello(data, isFirst) {
    if (!isFirst) this.catchUp();
  }

  hear(kind, event) {
    if (this.channel && event.channel !== this.channel) return;
    this.count += 1;
    const label = counted(this.count, "new message", "new messages");
    this.bar.show(`Show ${label}`, `${label}.`);
  }

  async catchUp() {
    await wait(randomly(3000));
    try {
      const { page } = await fetchPage(location.pathname + location.search);
      const fresh = page.querySelector("[data-live=desk]");
      if (fresh && wordsOf(fresh) !== wordsOf(this.root)) this.bar.show("Show what is new", "There is something new.");
    } catch (error) {
      console.info(error.message);
    }
  }
}

class Stream {
  constructor(page, csrfToken) {
    this.page = page;
    this.csrfToken = csrfToken;
    this.isFirst = true;
    this.waitMs = 1000;
    this.source = null;
    this.timer = 0;
  }

  // Gets a ticket, then listens. The stream before it, if any, ends when the new one has said hello.
  async open({ isPlanned = false } = {}) {
    this.isWanted = true;
    let response;
    try {
      response = await fetch(TICKET_URL, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": this.csrfToken },
      });
    } catch {
      response = { ok: false, status: 0 };
    }
    if (!this.isWanted) return;
    // Signed out, or a page from an earlier sign-in: a reload says so, we do not ask again.
    if (response.status === 403) return this.close();
    if (!response.ok) return this.openLater();
    const earlier = this.source;
    const source = new EventSource(STREAM_URL);
    this.source = source;
    let isReconnected = !isPlanned && !this.isFirst;
    source.addEventListener("hello", (message) => {
      earlier?.close();
      const data = JSON.parse(message.data);
      this.waitMs = 1000;
      this.later((data.seconds - RENEW_BEFORE_END_SECONDS) * randomly(1000), () => this.open({ isPlanned: true }));
      this.page.hello(data, !isReconnected);
      this.isFirst = false;
      isReconnected = true;
    });
    source.addEventListener("gap", () => this.page.catchUp(false));
    for (const kind of this.page.kinds) {
      source.addEventListener(kind, (message) => this.page.hear(kind, JSON.parse(message.data)));
    }
    source.addEventListener("error", () => {
      // The browser reconnects by itself, at the time the server told it, unless the answer was a refusal.
      if (source.readyState === EventSource.CLOSED && source === this.source) this.openLater();
    });
  }

  openLater() {
    this.later(randomly(this.waitMs), () => this.open());
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
  }

  // One thing is planned at a time.
  later(milliseconds, call) {
    clearTimeout(this.timer);
    this.timer = setTimeout(call, milliseconds);
  }

  close() {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}

function startOn(root, csrfToken) {
  const pages = {
    feed: () => new FeedPage(root),
    post: () => new PartPage(root, { kind: "reply", part: "replies", label: "New replies. Show them" }),
    sent: () => new PartPage(root, { kind: "progress", part: "ledger", label: "" }),
    desk: () => new DeskPage(root),
  };
  const stream = new Stream(pages[root.dataset.live](), csrfToken);
  let resting = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(resting);
    if (document.hidden) resting = setTimeout(() => stream.close(), REST_AFTER_HIDDEN_MS);
    else if (!stream.isWanted) stream.open();
  });
  // A page kept for the back button must not hold a stream.
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => event.persisted && stream.open());
  stream.open();
}

const root = document.querySelector("[data-live]");
const csrfToken = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
if (root && csrfToken) startOn(root, csrfToken);
