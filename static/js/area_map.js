// A map of neighborhoods that can be moved, on request, in place of the drawing above it.
//
// Works on every `.pl-map[data-live-map]`. Colors and titles come from the drawing, so both always say the same, and a
// tap is passed on to the drawing, so choosing works in both.

import { boundsOf, createMap, fetchNeighborhoods } from "./maplibre.js";

function areasOf(drawing) {
  return new Map([...drawing.querySelectorAll("path[data-slug]")].map((area) => [area.dataset.slug, area]));
}

function colored(features, areas) {
  return {
    type: "FeatureCollection",
    features: features.map((feature) => {
      const area = areas.get(feature.properties.slug);
      const style = getComputedStyle(area);
      return {
        type: "Feature",
        geometry: feature.geometry,
        properties: { slug: feature.properties.slug, fill: style.fill, stroke: style.stroke },
      };
    }),
  };
}

async function show(figure, button) {
  const drawing = figure.querySelector("svg");
  const areas = areasOf(drawing);
  const all = await fetchNeighborhoods();
  const features = all.features.filter((feature) => areas.has(feature.properties.slug));
  const container = document.createElement("div");
  container.className = "pl-live-map";
  button.before(container);
  const { map, maplibre } = await createMap(container, boundsOf(features));

  map.addSource("areas", { type: "geojson", data: colored(features, areas) });
  map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["get", "fill"] } });
  map.addLayer({
    id: "edges",
    type: "line",
    source: "areas",
    paint: { "line-color": ["get", "stroke"], "line-width": 1.5 },
  });

  const label = new maplibre.Popup({ closeButton: false, closeOnClick: false });
  map.on("mousemove", "areas", (event) => {
    const area = areas.get(event.features[0].properties.slug);
    label.setLngLat(event.lngLat).setText(area.querySelector("title").textContent).addTo(map);
  });
  map.on("mouseleave", "areas", () => label.remove());
  map.on("click", "areas", (event) => {
    const area = areas.get(event.features[0].properties.slug);
    area.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    label.setLngLat(event.lngLat).setText(area.querySelector("title").textContent).addTo(map);
  });
  new MutationObserver(() => map.getSource("areas").setData(colored(features, areas))).observe(drawing, {
    attributeFilter: ["class"],
    subtree: true,
  });
  await map.once("idle");
  container.dataset.ready = "";
}

function offer(figure) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pl-link-button";
  button.textContent = "Show a map you can move";
  figure.append(button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "The map is loading …";
    try {
      await show(figure, button);
      button.remove();
    } catch (error) {
      figure.querySelector(".pl-live-map")?.remove();
      button.textContent = "This map does not work on your device. The drawing and the list show the same.";
      throw error;
    }
  });
}

for (const figure of document.querySelectorAll(".pl-map[data-live-map]")) offer(figure);
