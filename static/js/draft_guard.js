// Nobody loses what they wrote, and nobody sends it twice by a second click.
//
// Works on every form[data-draft-guard]. Words stay in this tab's own storage until they were sent: they come back after
// a lost connection or a wrong turn, and are gone when the tab is closed.

const SENT_KEY = "draft-sent";

function keyOf(form) {
  return `draft:${location.pathname}:${form.getAttribute("action") ?? ""}`;
}

function fieldsOf(form) {
  return [...form.querySelectorAll("textarea[name], input[type=text][name]")];
}

function textsOf(form) {
  return Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
}

function guard(form) {
  const key = keyOf(form);
  const initial = JSON.stringify(textsOf(form));
  let isSending = false;

  // Words that were sent are kept until a page says that they arrived: after a lost connection they come back.
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  const isEmpty = fieldsOf(form).every((field) => field.value === "");
  if (kept && isEmpty) {
    for (const field of fieldsOf(form)) field.value = kept[field.name] ?? "";
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const isChanged = () => JSON.stringify(textsOf(form)) !== initial;

  form.addEventListener("input", () => {
    if (isChanged()) sessionStorage.setItem(key, JSON.stringify(textsOf(form)));
    else sessionStorage.removeItem(key);
  });

  form.addEventListener("submit", (event) => {
    if (isSending) {
      event.preventDefault();
      return;
    }
    isSending = true;
    sessionStorage.setItem(SENT_KEY, key);
    // Not `disabled`: a disabled button would not send its own name and value.
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });

  addEventListener("beforeunload", (event) => {
    if (!isSending && isChanged()) event.preventDefault();
  });

  // Back to a page the browser kept as it was: it may be sent again, and the server knows a second copy by its key.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isSending = false;
    for (const button of form.querySelectorAll("button[type=submit]")) button.removeAttribute("aria-disabled");
  });
}

const hasArrived = document.querySelector("[data-success]") !== null || /^#(reply|comment)-/.test(location.hash);
if (hasArrived && sessionStorage.getItem(SENT_KEY)) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT_KEY));
}
sessionStorage.removeItem(SENT_KEY);
for (const form of document.querySelectorAll("form[data-draft-guard]")) guard(form);
document.querySelector("[data-error-summary]")?.focus();
