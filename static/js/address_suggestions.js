// Which address is it? Offers whole addresses while a person types one.
//
// Works on every input[data-suggest], whose value is the page that answers. Without it the form finds the address all
// the same. The down and up arrows move through the list, Enter takes an address, Escape closes the list.

const PAUSE_MS = 200;
const SHORTEST = 2;

function made(tag, properties, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

class Suggestions {
  constructor(input) {
    this.input = input;
    this.source = input.dataset.suggest;
    this.active = -1;
    const id = `${input.id || input.name}-suggestions`;
    this.list = made("ul", { id, className: "pl-suggest__list", hidden: true }, { role: "listbox" });
    this.list.setAttribute("aria-label", "Addresses");
    this.says = made("span", { className: "usa-sr-only" }, { role: "status" });
    const frame = made("div", { className: "pl-suggest" });
    input.replaceWith(frame);
    frame.append(input, this.list, this.says);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    // Before the field loses the focus, and the list with it.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  wait() {
    clearTimeout(this.timer);
    this.request?.abort();
    const beginning = this.input.value.trim();
    if (beginning.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(beginning), PAUSE_MS);
  }

  async ask(beginning) {
    this.request = new AbortController();
    try {
      const address = `${this.source}?${new URLSearchParams({ beginning })}`;
      const response = await fetch(address, { signal: this.request.signal });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      this.show((await response.json()).addresses);
    } catch (error) {
      // The form works without the list, so nobody need be told.
      if (error.name !== "AbortError") this.close();
    }
  }

  show(addresses) {
    if (!addresses.length || document.activeElement !== this.input) {
      this.close();
      return;
    }
    this.list.replaceChildren(
      ...addresses.map((address, number) =>
        made(
          "li",
          { id: `${this.list.id}-${number}`, className: "pl-suggest__option", textContent: address },
          { role: "option", "aria-selected": "false" },
        ),
      ),
    );
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.says.textContent = addresses.length === 1 ? "1 address." : `${addresses.length} addresses.`;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.says.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const options = [...this.list.children];
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && !this.list.hidden && options[this.active]) {
      event.preventDefault();
      this.take(options[this.active]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.move(options, (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length);
    }
  }

  move(options, number) {
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    options[number].setAttribute("aria-selected", "true");
    options[number].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[number].id);
  }

  take(option) {
    this.input.value = option.textContent;
    // A point from an earlier try would win over the address.
    for (const name of ["latitude", "longitude"]) {
      const field = this.input.form?.elements.namedItem(name);
      if (field) field.value = "";
    }
    this.close();
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Suggestions(input);
