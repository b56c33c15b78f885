// Copies a new link, and hands it to the device's own way of sharing where there is one. Without this the link stands in
// a field to copy from.

for (const field of document.querySelectorAll("input[data-share-link]")) {
  const buttons = document.createElement("div");
  buttons.className = "pl-buttons";
  const told = document.createElement("span");
  told.setAttribute("role", "status");

  const button = (label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "usa-button";
    made.textContent = label;
    made.addEventListener("click", press);
    buttons.append(made);
  };

  if (navigator.share) {
    button("Send it", () => navigator.share({ url: field.value }).catch(() => {}));
  }
  button("Copy the link", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Marked. Copy it with your device's own way.";
    }
  });
  buttons.append(told);
  field.after(buttons);
  field.addEventListener("focus", () => field.select());
}
