// Shows push messages, and opens what they are about. It keeps no pages and answers no requests.

const ICON = "{% static 'img/icon-192.png' %}";
const BADGE = "{% static 'img/badge.png' %}";
const KEY_URL = "{% url 'notifications:push_key' %}";
const SUBSCRIPTIONS_URL = "{% url 'notifications:push_subscribe' %}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, path, tag, renotify } = event.data.json();
  const options = { body, tag, renotify, icon: ICON, badge: BADGE, lang: "en", data: { path } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data.path, self.location.origin)));
});

async function open(url) {
  if (url.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = pages.find((page) => page.url === url.href);
  if (shown) await shown.focus();
  else await self.clients.openWindow(url);
}

// The browser has given up its subscription: get another one, and tell the server which it replaces.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event.oldSubscription, event.newSubscription));
});

async function renew(before, made) {
  const response = await fetch(KEY_URL, { headers: { Accept: "application/json" } });
  // Signed out: whoever signs in here turns push on again.
  if (!response.ok || response.redirected) return;
  const { key, token } = await response.json();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (made ?? (await self.registration.pushManager.subscribe(options))).toJSON();
  await fetch(SUBSCRIPTIONS_URL, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams({ endpoint, ...keys, replaces: before?.endpoint ?? endpoint }),
  });
}
