/* One field that filters all lists of the page; words in quotes are one phrase. Rows of a long list
   beyond its first ones are shown where they are looked for. */
(function () {
  "use strict";
  var tools = document.querySelector(".tools");
  var field = tools.querySelector("input");
  var count = tools.querySelector(".count");
  var rows = Array.from(document.querySelectorAll("main tbody tr"));
  var texts = rows.map(function (row) { return folded(row.textContent + " " + row.dataset.groups); });

  function wanted(text) {
    return (folded(text).match(/"[^"]+"|[^\s"]+/g) || []).map(function (part) { return part.replace(/"/g, ""); });
  }

  function emptied(part) { part.hidden = !part.querySelector("tbody tr:not([hidden])"); }

  function told(sentence, fitting, every) {
    var language = document.documentElement.lang;
    return sentence.replace("{shown}", fitting.toLocaleString(language)).replace("{every}", every.toLocaleString(language));
  }

  /* What stands above a list counts all of it: how many of its rows are left is told below that. */
  function counted(list, filtered) {
    var mine = list.querySelectorAll("tbody tr");
    var line = list.querySelector(".fitting");
    line.hidden = !filtered;
    line.textContent = told(line.dataset.of, list.querySelectorAll("tbody tr:not([hidden])").length, mine.length);
  }

  function shown() {
    var parts = wanted(field.value);
    var fitting = 0;
    rows.forEach(function (row, place) {
      row.hidden = parts.length ? !parts.every(function (part) { return texts[place].indexOf(part) >= 0; }) : "more" in row.dataset;
      if (!row.hidden) { fitting += 1; }
    });
    document.querySelectorAll("main .list, main section").forEach(emptied);
    document.querySelectorAll("main .list").forEach(function (list) { counted(list, parts.length > 0); });
    count.textContent = told(tools.dataset.of, fitting, rows.length);
  }

  function asked() {
    var given = /^#find=(.*)$/.exec(location.hash);
    if (given) { field.value = '"' + decodeURIComponent(given[1]) + '"'; }
  }

  tools.hidden = false;
  asked();
  shown();
  field.addEventListener("input", shown);
  window.addEventListener("hashchange", function () { asked(); shown(); });
})();
