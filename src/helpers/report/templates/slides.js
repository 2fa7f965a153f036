/* Slides on a screen that has room for them; a plain page on a phone or where JavaScript is off. */
(function () {
  "use strict";
  var root = document.documentElement;
  var printing = /print-pdf/.test(location.search);
  if (printing || window.matchMedia("(min-width: 900px)").matches) {
    root.classList.add("reveal-on");
    Reveal.initialize({
      width: 1280, height: 720, margin: 0.04, minScale: 0.2, maxScale: 2,
      center: false, hash: true, slideNumber: "c/t", transition: "none", backgroundTransition: "none",
      controlsTutorial: false, scrollActivationWidth: null, pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1, help: true, overview: true
    });
  }
  document.addEventListener("keydown", function (event) {
    if ((event.key === "s" || event.key === "S") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      root.classList.toggle("show-notes");
    }
  });
})();
