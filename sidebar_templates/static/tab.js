/* The panel in a tab of its own: no helpdesk is around it, so texts go onto the clipboard. */
"use strict";

(() => {
  const copy = (text) => navigator.clipboard.writeText(text);
  Marginalia.host = {
    puts: "copied", putsNot: "not_copied", macros: "copied", macroNot: "not_copied", signedOut: "signed_out_page",
    put: copy,
    macro: (id, text) => copy(text),
    notify() {},
  };
  Marginalia.now.ticket = document.body.dataset.ticket;
  Marginalia.settle(Marginalia.stage.firstElementChild);
})();
