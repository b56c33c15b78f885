// Where is it? Lets a person give a point by their own location or on a map, instead of typing an address.
//
// Works on every form[data-point-map]. The two buttons appear in [data-point-tools], or else at the form's end. A point
// goes into the fields `latitude` and `longitude`, which are made if the form has none. On the map the arrow keys move
// the pin: a small step alone, a larger one with Shift.

const STEP_DEGREES = 0.0005; // about 50 meters
const LARGE_STEP_DEGREES = 0.005;
const DIGITS = 6;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const REFUSALS = {
  1: "Your device did not give its location. You can allow it in the browser's settings, or use the map or the list.",
  2: "Your device does not know where it is just now. Use the map or the list.",
  3: "Finding your location took too long. Use the map or the list.",
};

const SPRITE = new URL("../vendor/icons.svg", import.meta.url).href;

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "usa-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  svg.firstChild.setAttribute("href", `${SPRITE}#${name}`);
  return svg;
}

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class PointForm {
  constructor(form) {
    this.form = form;
    this.tools = form.querySelector("[data-point-tools]") ?? form.appendChild(made("div", {}));
    this.says = made("p", { className: "pl-small" });
    this.says.setAttribute("role", "status");
    const here = made("button", { type: "button", className: "pl-link-button" }, icon("my_location"), "Use my location");
    const pick = made("button", { type: "button", className: "pl-link-button" }, icon("map"), "Pick on the map");
    here.addEventListener("click", () => this.locate());
    pick.addEventListener("click", () => this.open(pick));
    this.tools.append(made("div", { className: "pl-buttons" }, here, pick), this.says);
  }

  field(name) {
    const existing = this.form.elements.namedItem(name);
    return existing ?? this.form.appendChild(made("input", { type: "hidden", name }));
  }

  fill(longitude, latitude) {
    this.field("longitude").value = longitude.toFixed(DIGITS);
    this.field("latitude").value = latitude.toFixed(DIGITS);
  }

  // The address may be empty now: the point takes its place.
  send() {
    const button = made("button", { type: "submit", formNoValidate: true, hidden: true });
    this.form.append(button);
    this.form.requestSubmit(button);
  }

  locate() {
    if (!navigator.geolocation) {
      this.says.textContent = REFUSALS[2];
      return;
    }
    this.says.textContent = "Asking your device …";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.says.textContent = "";
        this.fill(coords.longitude, coords.latitude);
        this.send();
      },
      (refusal) => {
        this.says.textContent = REFUSALS[refusal.code];
      },
      { timeout: 15_000, maximumAge: 300_000 },
    );
  }

  async open(button) {
    button.disabled = true;
    this.says.textContent = "The map is loading …";
    const container = made("div", { className: "pl-live-map", tabIndex: 0 });
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", "Map. The arrow keys move the pin, Enter takes the place under it.");
    this.tools.append(container);
    try {
      const { boundsOf, createMap, fetchNeighborhoods } = await import("./maplibre.js");
      const city = await fetchNeighborhoods();
      await this.draw(container, city, await createMap(container, boundsOf(city.features)));
      button.remove();
      this.says.textContent = "Tap your home on the map, or move the pin with the arrow keys.";
    } catch (error) {
      container.remove();
      this.says.textContent = "The map does not work on your device. Use the address or the list.";
      throw error;
    }
  }

  async draw(container, city, { map, maplibre }) {
    map.addSource("areas", { type: "geojson", data: city });
    map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": "#ccdad8" } });
    map.addLayer({ id: "edges", type: "line", source: "areas", paint: { "line-color": "#fff", "line-width": 1.5 } });
    map.keyboard.disable();

    const pin = new maplibre.Marker({ element: made("div", { className: "pl-pin" }), draggable: true })
      .setLngLat(map.getCenter())
      .addTo(map);
    const take = made("button", { type: "button", className: "usa-button" }, "Take this place");
    const place = () => {
      const { lng, lat } = pin.getLngLat();
      this.fill(lng, lat);
    };
    take.addEventListener("click", () => {
      place();
      this.send();
    });
    pin.on("dragend", place);
    map.on("click", (event) => {
      pin.setLngLat(event.lngLat);
      place();
    });
    container.addEventListener("keydown", (event) => {
      if (event.target.closest("button")) return;
      const direction = ARROWS[event.key];
      if (event.key === "Enter") {
        event.preventDefault();
        take.click();
      } else if (direction) {
        event.preventDefault();
        const step = event.shiftKey ? LARGE_STEP_DEGREES : STEP_DEGREES;
        const { lng, lat } = pin.getLngLat();
        pin.setLngLat([lng + direction[0] * step, lat + direction[1] * step]);
        map.panTo(pin.getLngLat(), { animate: false });
        place();
      }
    });
    this.tools.append(take);
    await map.once("idle");
    container.dataset.ready = "";
  }
}

for (const form of document.querySelectorAll("form[data-point-map]")) new PointForm(form);
