// Draws every figure of the page from the specifications in #specifications. `ast` makes Vega interpret its
// expressions instead of compiling them, which the page's policy forbids.
(function () {
  "use strict";
  var specifications = JSON.parse(document.getElementById("specifications").textContent);
  var options = {
    actions: false,
    ast: true,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  };
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    window.vegaEmbed(place, specifications[place.dataset.chart], options).catch(function (error) {
      place.textContent = "This chart could not be drawn: " + error.message;
    });
  });
})();
