/* The panel in a tab of its own: no helpdesk is around it, so texts go onto the clipboard. */
"use strict";

(() => {
  const copy = (text) => navigator.clipboard.writeText(text);
  Marginalia.serve({
    puts: "copied", putsNot: "not_copied", macros: "copied", macroNot: "not_copied",
    put: copy,
    macro: (id, text) => copy(text),
    notify() {},
  });
  Marginalia.ticket = document.body.dataset.ticket;
  Marginalia.settle(Marginalia.stage.firstElementChild);
})();
