// The map, on demand: Leaflet is fetched when somebody asks for it. The list beside it says the same in words.
// <div data-map data-list="#results" data-outlines="/…geojson" data-label="Map" data-note="…"><button type="button" hidden>…</button></div>
// With data-pick-lng and data-pick-lat (selectors of two fields) a click sets a point instead.
(() => {
  "use strict";
  const { leaflet, css, tiles } = document.currentScript.dataset;
  let loading;

  const load = () => loading || (loading = new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: css }));
    document.head.append(Object.assign(document.createElement("script"), { src: leaflet, onload: resolve, onerror: reject }));
  }));

  const show = async (holder, button) => {
    button.disabled = true;
    try {
      await load();
    } catch {
      button.disabled = false;
      loading = undefined;
      return;
    }
    button.hidden = true;
    const box = Object.assign(document.createElement("div"), { className: "map", tabIndex: -1 });
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", holder.dataset.label || "Map");
    holder.append(box);
    if (holder.dataset.note) {
      holder.append(Object.assign(document.createElement("p"), { className: "who", textContent: holder.dataset.note }));
    }
    const map = L.map(box, { zoomSnap: 0.25, attributionControl: Boolean(tiles) });
    if (tiles) L.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
    map.setView([23.13, 113.27], 10);
    const bounds = L.latLngBounds([]);
    const pin = L.divIcon({ className: "map__pin", iconSize: [26, 26], iconAnchor: [13, 31], popupAnchor: [0, -28] });
    document.querySelectorAll(`${holder.dataset.list || "#none"} [data-lng]:not([data-map])`).forEach((item) => {
      const at = [Number(item.dataset.lat), Number(item.dataset.lng)];
      bounds.extend(at);
      const link = Object.assign(document.createElement(item.dataset.url ? "a" : "b"), { textContent: item.dataset.title });
      if (item.dataset.url) link.href = item.dataset.url;
      const words = document.createElement("div");
      words.append(link);
      if (item.dataset.text) words.append(Object.assign(document.createElement("p"), { textContent: item.dataset.text }));
      L.marker(at, { icon: pin, title: item.dataset.title, alt: item.dataset.title, keyboard: true }).addTo(map).bindPopup(words);
    });
    if (holder.dataset.lng) {
      const here = [Number(holder.dataset.lat), Number(holder.dataset.lng)];
      bounds.extend(here);
      L.circleMarker(here, { radius: 8, className: "map__here" }).addTo(map);
    }
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.15), { maxZoom: tiles ? 15 : 13 }); // outlines alone say little when close
    if (holder.dataset.pickLng) pick(map, holder, pin);
    if (holder.dataset.outlines) outlines(map, holder, bounds);
    box.focus({ preventScroll: true });
  };

  const outlines = async (map, holder, bounds) => {
    const answer = await fetch(holder.dataset.outlines);
    if (!answer.ok) return;
    const layer = L.geoJSON(await answer.json(), {
      interactive: false,
      style: { className: "area" },
      onEachFeature: (feature, area) => {
        const name = feature.properties && feature.properties.name;
        if (name) area.bindTooltip(name, { permanent: true, direction: "center", className: "map__name" });
      },
    }).addTo(map);
    layer.bringToBack();
    if (!bounds.isValid()) map.fitBounds(layer.getBounds());
  };

  const pick = (map, holder, pin) => {
    const lng = document.querySelector(holder.dataset.pickLng);
    const lat = document.querySelector(holder.dataset.pickLat);
    const marker = L.marker(map.getCenter(), { icon: pin, draggable: true, keyboard: false }); // the two fields are for the keyboard
    const put = (at) => {
      marker.setLatLng(at).addTo(map);
      lng.value = at.lng.toFixed(6);
      lat.value = at.lat.toFixed(6);
    };
    if (lng.value && lat.value) {
      marker.setLatLng([Number(lat.value), Number(lng.value)]).addTo(map);
      map.setView(marker.getLatLng(), 15);
    }
    map.on("click", (event) => put(event.latlng));
    marker.on("dragend", () => put(marker.getLatLng()));
  };

  document.querySelectorAll("[data-map] > button").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => show(button.parentElement, button));
  });
})();
