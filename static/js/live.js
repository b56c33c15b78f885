// How does news reach an open page? One event stream; only the page of a post that is going out asks at regular times.
//
// The element with `data-live` says what the page shows:
//   "feed"  data-feed-number, data-newer-url, cards in #posts; a `post` event brings its card along. With
//           data-room-number neighbors' posts are among them; a `neighbors` event only says that something is new
//   "post"  data-post, replies in [data-replies]; a `reply` event only says that there is one
//   "sent"  as "post", and the progress of the post in [data-ledger], which is "open" while something is on its way;
//           asked again at data-ledger-url, and at `progress` events
//   "desk"  data-channel, the name of the desk's own channel; `desk` and `reply` events
// The bar goes to #new-posts, #new-replies or #new-messages, or else before what it is about. Without this script a
// reload shows the same.

import { DeskPage, FeedPage, PostPage, randomly } from "./live_pages.js";

const TICKET_URL = "/live-ticket/";
const STREAM_URL = "/live/stream";
const RENEW_BEFORE_END_SECONDS = 60;
const REST_AFTER_HIDDEN_MS = 5 * 60 * 1000;
const LONGEST_WAIT_MS = 60 * 1000;

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
    // The ticket is worth nothing any more: it ended, or what the person may hear has changed.
    source.addEventListener("renew", () => {
      source.close();
      if (source === this.source) this.openLater();
    });
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
