// Makes a passkey and signs in with one.
//
// A form[data-passkey] holds a hidden field `credential`, a hidden button [data-passkey-go], words for a browser without
// passkeys [data-passkey-missing], and a place for what went wrong [data-passkey-problem]. The kinds:
//   create   makes one, with the options in the element #passkey-options
//   confirm  asks for one the account has, with the options there
//   sign-in  asks for any one of this site, with options from the form's own address

const NOTHING_CHANGED = "The passkey was not confirmed, so nothing has changed. Try again, or use another way.";
const PROBLEMS = {
  NotAllowedError: NOTHING_CHANGED,
  AbortError: NOTHING_CHANGED,
  InvalidStateError: "This device has a passkey for your account already.",
};
const NO_SUCCESS = "That did not work here. Try again, or use another way.";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (credentials = []) => credentials.map((one) => ({ ...one, id: toBytes(one.id) }));

async function create({ publicKey }) {
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      // It has to open the account alone: kept on the device, and used only after finger, face or PIN.
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
}

async function ask({ publicKey }) {
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
}

function asJson(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function givenOptions() {
  const { creation_options, request_options } = JSON.parse(document.getElementById("passkey-options").textContent);
  return creation_options ?? request_options;
}

async function fetchedOptions(form) {
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()).request_options;
}

async function credentialFor(form) {
  if (form.dataset.passkey === "create") return create(givenOptions());
  return ask(form.dataset.passkey === "sign-in" ? await fetchedOptions(form) : givenOptions());
}

function prepare(form) {
  if (!window.PublicKeyCredential) return;
  form.querySelector("[data-passkey-missing]").hidden = true;
  const button = form.querySelector("[data-passkey-go]");
  const problem = form.querySelector("[data-passkey-problem]");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = asJson(await credentialFor(form));
      form.submit();
    } catch (error) {
      problem.textContent = PROBLEMS[error.name] ?? NO_SUCCESS;
      problem.hidden = false;
      button.disabled = false;
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
