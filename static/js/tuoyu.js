// Small kindnesses on top of pages that work without any script. No dependencies.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A form is sent once: its buttons rest until the answer comes (the server is idempotent all the same).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    // after the browser has collected the values, else the pressed button's own value is lost
    setTimeout(() => all("button, input[type=submit]", form).forEach((button) => {
      if (!button.disabled) { button.disabled = true; button.dataset.resting = "1"; }
    }));
    // a download or a lost answer must not leave the form dead
    setTimeout(() => wake(form), 8000);
  });
  const wake = (form) => {
    delete form.dataset.sent;
    all("[data-resting]", form).forEach((button) => { button.disabled = false; delete button.dataset.resting; });
  };
  addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-sent]").forEach(wake); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) wake(form);
  });

  // Folded parts stand open on wide screens, also where CSS alone cannot do it.
  if (!CSS.supports("selector(::details-content)")) {
    all("details[data-unfold]").forEach((details) => {
      const wide = matchMedia(details.dataset.unfold === "wide" ? "(min-width: 64em)" : "(min-width: 46.875em)");
      if (wide.matches) details.open = true;
    });
  }

  // The account menu closes on Escape and on a click elsewhere.
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-menu][open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // After a failed form the reader is taken to the list of faults.
  const faults = document.querySelector("[data-focus]");
  if (faults) faults.focus();

  // Buttons that print.
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // A grid of fields (data-grid on the table): arrow keys and Enter move between cells.
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest && event.target.closest("[data-grid] td, [data-grid] th");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    const field = event.target;
    if (step[1] && field.type === "text" && field.value.length > 1) {
      const edge = step[1] < 0 ? 0 : field.value.length;
      if (field.selectionStart !== field.selectionEnd || field.selectionStart !== edge) return;
    }
    const next = neighbour(cell, step);
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next.select) next.select();
  });
  document.addEventListener("focusin", (event) => { // a key typed into a filled cell replaces its letter
    if (event.target.matches("[data-grid] input[maxlength='1']")) event.target.select();
  });
  const neighbour = (cell, [down, right]) => {
    const rows = all("tr", cell.closest("[data-grid]"));
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += down;
      column += right;
      const at = rows[row] && rows[row].cells[column];
      if (!at) return null;
      const field = at.querySelector("input:not([type=hidden]):not([disabled]), select:not([disabled]), button, a");
      if (field) return field;
    }
  };
})();
