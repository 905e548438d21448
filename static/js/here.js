// “My location”: asks the device once, writes the point into the form (about ten metres exact) and sends it. Nothing is kept.
(() => {
  "use strict";
  const button = document.querySelector("[data-here]");
  if (!button || !navigator.geolocation) return;
  const form = button.closest("form");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements.near.value = `${found.coords.longitude.toFixed(4)}, ${found.coords.latitude.toFixed(4)}`;
      form.requestSubmit();
    }, () => {
      button.disabled = false;
      document.querySelector("[data-here-failed]").hidden = false;
    }, { timeout: 10000, maximumAge: 60000 });
  });
})();
