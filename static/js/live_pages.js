// What does each page do with what it hears? See live.js for the elements that it finds in the page.

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
export const randomly = (milliseconds) => milliseconds * (0.5 + Math.random() / 2);
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function roomNumberOf(response) {
  const number = response.headers.get("X-Room-Number");
  return number === null ? null : Number(number);
}

async function fetchPage(url) {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(`No page at ${url}: ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, number: Number(response.headers.get("X-Feed-Number")), room: roomNumberOf(response) };
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

// The lamp bar: what is new waits behind one button, and nothing on the page moves until it is pressed. Its place is
// there from the start and polite, so that the words are read out when they appear.
class Bar {
  constructor(id, before, onPress) {
    this.place = document.getElementById(id);
    if (!this.place) {
      this.place = document.createElement("div");
      before.before(this.place);
    }
    this.place.setAttribute("aria-live", "polite");
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

export class FeedPage {
  constructor(root) {
    // Only a page that shows neighbors' posts tells of new ones.
    this.room = root.dataset.roomNumber === undefined ? null : Number(root.dataset.roomNumber);
    this.kinds = this.room === null ? ["post"] : ["post", "neighbors"];
    this.posts = document.getElementById("posts");
    this.number = Number(root.dataset.feedNumber);
    this.newerUrl = root.dataset.newerUrl;
    this.waiting = new Map();
    this.asking = null;
    this.isOlderPage = root.hasAttribute("data-older-page");
    this.bar = new Bar("new-posts", this.posts, () => this.insert());
    this.neighborsBar = new Bar("new-from-neighbors", this.posts, () => location.reload());
  }

  hello({ numbers }, isFirst) {
    // No number: nothing was handed over since Redis was emptied, so a page that is fresh from the server missed nothing.
    const isBehind = Object.values(numbers).some((number) => (number === null ? !isFirst : number > this.number));
    if (isBehind) this.catchUp(isFirst);
    // What neighbors did meanwhile left no number in the stream.
    else if (!isFirst && this.room !== null) this.askRoom();
  }

  async askRoom() {
    await wait(randomly(3000));
    await tried(async () => {
      const response = await fetch(`${this.newerUrl}?after=${this.number}`, { method: "HEAD", credentials: "same-origin" });
      this.hearRoom(roomNumberOf(response));
    });
  }

  hearRoom(number) {
    if (this.room !== null && number !== null && number > this.room) this.hear("neighbors", {});
  }

  hear(kind, event) {
    if (kind === "neighbors") {
      this.neighborsBar.show("New from your neighbors. Show it");
      return;
    }
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
        const { page, number, room } = await fetchPage(`${this.newerUrl}?after=${this.number}`);
        this.number = Math.max(this.number, number);
        this.hearRoom(room);
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
    this.posts.classList.add("pl-feed");
    for (const card of this.waiting.values()) {
      newest = document.importNode(card, true);
      newest.classList.add("pl-card--new");
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

// A part of a page that can be fetched again.
class Part {
  constructor(root, selector) {
    this.selector = selector;
    this.element = root.querySelector(selector);
    this.fresh = null;
  }

  async fetch(url = location.pathname + location.search) {
    const { page } = await fetchPage(url);
    this.fresh = page.querySelector(this.selector);
  }

  isChanged() {
    return this.fresh !== null && wordsOf(this.fresh) !== wordsOf(this.element);
  }

  renew() {
    if (this.fresh) this.element.replaceChildren(...document.importNode(this.fresh, true).childNodes);
  }
}

// How far a post is. Notices leave by the thousand without an event for each, so while something is on its way the page
// asks again and again: not faster than every three seconds, and slower the longer the answer takes.
class Ledger extends Part {
  static PAUSE_MS = 3000;
  static TIMES_THE_ANSWER = 5;

  constructor(root) {
    super(root, "[data-ledger]");
    this.isBusy = false;
    this.isWanted = false;
    document.addEventListener("visibilitychange", () => this.goOn());
  }

  goOn() {
    if (this.isWanted || this.element?.dataset.ledger === "open") this.ask();
  }

  async ask() {
    // A wish that comes too early is met after the pause, or when the page is looked at again.
    this.isWanted = true;
    if (!this.element || this.isBusy || document.hidden) return;
    this.isBusy = true;
    this.isWanted = false;
    const began = performance.now();
    if (await tried(() => this.fetch(this.element.dataset.ledgerUrl))) this.renew();
    const pause = Math.max(Ledger.PAUSE_MS, Ledger.TIMES_THE_ANSWER * (performance.now() - began));
    setTimeout(() => {
      this.isBusy = false;
      this.goOn();
    }, pause);
  }

  renew() {
    this.element.dataset.ledger = this.fresh.dataset.ledger;
    if (!this.isChanged()) return;
    const link = this.element.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    super.renew();
    if (link) this.element.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
  }
}

export class PostPage {
  constructor(root) {
    this.post = Number(root.dataset.post);
    this.replies = new Part(root, "[data-replies]");
    this.ledger = new Ledger(root);
    if (this.replies.element) this.bar = new Bar("new-replies", this.replies.element, () => this.showReplies());
    this.kinds = [...(this.replies.element ? ["reply"] : []), ...(this.ledger.element ? ["progress"] : [])];
  }

  hello(data, isFirst) {
    if (!isFirst) this.catchUp();
    // What was sent a moment ago may have gone out before this page began to listen.
    else this.ledger.goOn();
  }

  hear(kind, event) {
    if (event.post !== this.post) return;
    if (kind === "reply") this.bar.show("New replies. Show them");
    else this.ledger.ask();
  }

  async catchUp() {
    await wait(randomly(3000));
    if (this.ledger.element) await this.ledger.ask();
    if (!this.replies.element) return;
    await tried(() => this.replies.fetch());
    if (this.replies.isChanged()) this.bar.show("New replies. Show them");
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

export class DeskPage {
  kinds = ["desk", "reply"];

  constructor(root) {
    this.root = root;
    this.channel = root.dataset.channel;
    this.messages = 0;
    this.replies = 0;
    this.bar = new Bar("new-messages", root.firstElementChild, () => location.reload());
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
