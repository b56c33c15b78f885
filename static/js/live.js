// How does news reach an open page? One event stream; nothing here asks the server at regular times.
//
// The element with `data-live` says what the page shows, and an empty element in it where the bar goes:
//   "feed"  data-feed-number, data-newer-url; cards in #posts, the bar in #new-posts. `post` events bring the card along
//   "post"  data-post; replies in [data-replies], the bar in #new-replies. `reply` events only say that there is one
//   "sent"  as "post", and the progress of the post in [data-ledger], renewed at `progress` events
//   "desk"  data-channel, the name of the desk's own channel; the bar in #new-messages. `desk` and `reply` events
// A part is fetched anew: replies from data-replies-url, else from the page itself. Without this script a reload shows the same.

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

// Whether a call went well; a page that cannot be fetched now is fetched at the next occasion.
async function tried(call) {
  try {
    await call();
    return true;
  } catch (error) {
    console.info(error.message);
    return false;
  }
}

// The lamp bar: what is new waits behind one button, and nothing on the page moves until it is pressed. Its place is in
// the page from the start and polite, so that the words are read out when they appear.
class Bar {
  constructor(place, onPress) {
    this.place = place;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.addEventListener("click", onPress);
  }

  show(label) {
    this.button.textContent = label;
    this.place.classList.add("pl-new-posts");
    if (!this.button.isConnected) this.place.append(this.button);
  }

  hide() {
    this.button.remove();
    this.place.classList.remove("pl-new-posts");
  }
}

// What a part says, apart from the times, which change by themselves.
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const node of copy.querySelectorAll("time, .pl-new-posts")) node.remove();
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
    this.isOlderPage = root.hasAttribute("data-older-page");
    this.bar = new Bar(document.getElementById("new-posts"), () => this.insert());
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
    // After a restart every open page comes here at the same moment.
    if (!isAlone) await wait(randomly(3000));
    await tried(async () => {
      do {
        this.isAskedAgain = false;
        const { page, number } = await fetchPage(`${this.newerUrl}?after=${this.number}`);
        this.number = Math.max(this.number, number);
        this.keep(page);
      } while (this.isAskedAgain);
    });
    this.asking = null;
  }

  keep(page) {
    // Newest first in the page; a map keeps the order of first insertion, so the oldest goes in first.
    for (const card of [...page.querySelectorAll("article[id]")].reverse()) {
      this.waiting.delete(card.id);
      this.waiting.set(card.id, card);
    }
    if (this.waiting.size === 0) return;
    this.bar.show(`Show ${counted(this.waiting.size, "new post", "new posts")}`);
  }

  insert() {
    if (this.isOlderPage) {
      location.assign(location.pathname);
      return;
    }
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
    document.querySelector("[data-live=feed] .pl-empty")?.remove();
    if (newest) focusOn(newest);
  }
}

// A part of a page that can be fetched again.
class Part {
  constructor(root, selector) {
    this.selector = selector;
    this.element = root.querySelector(selector);
    this.url = this.element?.dataset.repliesUrl;
    this.fresh = null;
  }

  async fetch() {
    const { page } = await fetchPage(this.url ?? location.pathname + location.search);
    this.fresh = this.url ? page.body : page.querySelector(this.selector);
  }

  isChanged() {
    return this.fresh !== null && wordsOf(this.fresh) !== wordsOf(this.element);
  }

  renew() {
    if (this.fresh) this.element.replaceChildren(...document.importNode(this.fresh, true).childNodes);
  }
}

class PostPage {
  constructor(root) {
    this.post = Number(root.dataset.post);
    this.replies = new Part(root, "[data-replies]");
    this.ledger = new Part(root, "[data-ledger]");
    this.bar = new Bar(document.getElementById("new-replies"), () => this.showReplies());
    this.kinds = [...(this.replies.element ? ["reply"] : []), ...(this.ledger.element ? ["progress"] : [])];
  }

  hello(data, isFirst) {
    if (!isFirst) this.catchUp();
  }

  hear(kind, event) {
    if (event.post !== this.post) return;
    if (kind === "reply") this.bar.show("New replies. Show them");
    else this.renewLedger();
  }

  async catchUp() {
    await wait(randomly(3000));
    if (this.ledger.element) await this.renewLedger();
    if (!this.replies.element) return;
    await tried(() => this.replies.fetch());
    if (this.replies.isChanged()) this.bar.show("New replies. Show them");
  }

  async renewLedger() {
    if (await tried(() => this.ledger.fetch())) this.ledger.renew();
  }

  async showReplies() {
    if (!(await tried(() => this.replies.fetch()))) {
      location.reload();
      return;
    }
    this.bar.hide();
    this.replies.renew();
    const items = this.replies.element.querySelectorAll("[id^=reply-]");
    focusOn(items[items.length - 1] ?? this.replies.element);
  }
}

class DeskPage {
  kinds = ["desk", "reply"];

  constructor(root) {
    this.root = root;
    this.channel = root.dataset.channel;
    this.messages = 0;
    this.replies = 0;
    this.bar = new Bar(document.getElementById("new-messages"), () => location.reload());
  }

  hello(data, isFirst) {
    if (!isFirst) this.catchUp();
  }

  hear(kind, event) {
    if (event.channel !== this.channel) return;
    if (kind === "desk") this.messages += 1;
    else this.replies += 1;
    const news = [];
    if (this.messages) news.push(counted(this.messages, "new message", "new messages"));
    if (this.replies) news.push(counted(this.replies, "new reply", "new replies"));
    this.bar.show(`Show ${news.join(" and ")}`);
  }

  async catchUp() {
    await wait(randomly(3000));
    await tried(async () => {
      const { page } = await fetchPage(location.pathname + location.search);
      const fresh = page.querySelector("[data-live=desk]");
      if (fresh && wordsOf(fresh) !== wordsOf(this.root)) this.bar.show("Show what is new");
    });
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
    post: () => new PostPage(root),
    sent: () => new PostPage(root),
    desk: () => new DeskPage(root),
  };
  const page = pages[root.dataset.live]();
  if (page.kinds.length === 0) return;
  const stream = new Stream(page, csrfToken);
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
