// Turns push messages on and off in this browser.
//
// [data-push] holds data-push-key (what browsers know this site by), data-push-url (where subscriptions go), a button
// [data-push-on], words for each browser that cannot [data-push-says], a place for what went wrong [data-push-problem],
// and for a browser that is on a form[data-push-off].

const WORKER_URL = "/service-worker.js";
const NOT_ALLOWED = "You did not allow messages from this site, so push stays off. Press the button again and choose “Allow”.";
const NO_SUCCESS = "Your browser’s push service could not be reached. Try again in a minute.";
const NO_ANSWER = "We could not reach the server. Try again.";

const isAppleMobile = /iPhone|iPad/.test(navigator.userAgent);
const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

async function subscribe(key) {
  await navigator.serviceWorker.register(WORKER_URL);
  const { pushManager } = await navigator.serviceWorker.ready;
  const kept = await pushManager.getSubscription();
  const keptKey = kept?.options?.applicationServerKey;
  if (kept && keptKey && toText(keptKey) === key) return kept;
  // Made under a key the site had before: nothing could be sent there any more.
  if (kept) await kept.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

// What to say if it did not work; nothing if it did.
async function turnOn(root) {
  if ((await Notification.requestPermission()) !== "granted") return NOT_ALLOWED;
  let subscription;
  try {
    subscription = await subscribe(root.dataset.pushKey);
  } catch {
    return NO_SUCCESS;
  }
  const { endpoint, keys } = subscription.toJSON();
  try {
    const response = await fetch(root.dataset.pushUrl, {
      method: "POST",
      headers: { "X-CSRFToken": root.querySelector("[name=csrfmiddlewaretoken]").value, Accept: "application/json" },
      body: new URLSearchParams({ endpoint, ...keys }),
    });
    if (response.ok && !response.redirected) return "";
    return (await response.json()).problem ?? NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
}

async function turnOffHere() {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

function whatIsInTheWay() {
  if (!canPush) return isAppleMobile && !navigator.standalone ? "home-screen" : "cannot";
  return Notification.permission === "denied" ? "denied" : "";
}

async function isOnHere(offForm) {
  const registration = await navigator.serviceWorker.getRegistration();
  return Boolean(offForm && (await registration?.pushManager.getSubscription()));
}

async function prepare(root) {
  root.querySelector("[data-push-says=no-script]").hidden = true;
  const obstacle = whatIsInTheWay();
  if (obstacle) {
    root.querySelector(`[data-push-says=${obstacle}]`).hidden = false;
    return;
  }
  const button = root.querySelector("[data-push-on]");
  const problem = root.querySelector("[data-push-problem]");
  const offForm = root.querySelector("form[data-push-off]");
  button.hidden = await isOnHere(offForm);
  button.addEventListener("click", async () => {
    button.disabled = true;
    problem.hidden = true;
    problem.textContent = await turnOn(root);
    if (!problem.textContent) return location.reload();
    problem.hidden = false;
    button.disabled = false;
  });
  offForm?.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Off at the server in any case: then nothing comes here, whatever the browser keeps.
    await turnOffHere().catch(() => {});
    offForm.submit();
  });
}

for (const root of document.querySelectorAll("[data-push]")) prepare(root);
