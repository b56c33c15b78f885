// How does a page get a map that can be moved? Loaded only when somebody asks for one.

const vendor = new URL("../vendor/maplibre/", import.meta.url);
const GROUND = { id: "ground", type: "background", paint: { "background-color": "#edf2f1" } };
const LOADED = new Promise((resolve, reject) => {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("maplibre-gl.css", vendor).href;
  sheet.addEventListener("load", resolve);
  sheet.addEventListener("error", reject);
  document.head.append(sheet);
});

export async function fetchNeighborhoods() {
  const response = await fetch("/api/v1/neighborhoods/", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The neighborhoods answered ${response.status}.`);
  return response.json();
}

export function boundsOf(features) {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (typeof part[0] === "number") {
      bounds[0] = Math.min(bounds[0], part[0]);
      bounds[1] = Math.min(bounds[1], part[1]);
      bounds[2] = Math.max(bounds[2], part[0]);
      bounds[3] = Math.max(bounds[3], part[1]);
    } else {
      part.forEach(visit);
    }
  };
  for (const feature of features) visit(feature.geometry.coordinates);
  return bounds;
}

export async function createMap(container, bounds) {
  const [maplibre] = await Promise.all([import(new URL("maplibre-gl.js", vendor).href), LOADED]);
  maplibre.setWorkerUrl(new URL("maplibre-gl-worker.js", vendor).href);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new maplibre.Map({
    container,
    style: { version: 8, sources: {}, layers: [GROUND] },
    bounds,
    fitBoundsOptions: { padding: 16, animate: false },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: isStill ? 0 : 150,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  await map.once("load");
  return { map, maplibre };
}
