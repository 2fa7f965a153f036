/* Tables that sort, filter and save themselves; definitions where a metric's name stands. */
(function () {
  "use strict";
  var FORMULA = /^[=+\-@\t\r]/;

  function element(tag, properties, text) {
    var made = document.createElement(tag);
    Object.keys(properties || {}).forEach(function (name) { made.setAttribute(name, properties[name]); });
    if (text) { made.textContent = text; }
    return made;
  }

  /* What the buttons say stands in the page, in its language. */
  var told = document.querySelector(".layout").dataset;

  function say(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (all, name) { return values[name]; });
  }

  function number(count) { return count.toLocaleString(document.documentElement.lang); }

  /* A spreadsheet must not run what a customer is called. */
  function csvCell(value) {
    if (value === null || value === undefined) { return ""; }
    var text = String(value);
    if (typeof value === "string" && FORMULA.test(text)) { text = "'" + text; }
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function save(name, data) {
    var lines = [data.columns].concat(data.rows).map(function (row) { return row.map(csvCell).join(","); });
    var blob = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" });
    var link = element("a", { href: URL.createObjectURL(blob), download: name + ".csv" });
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function fromPage(table) {
    function texts(row) { return Array.from(row.cells).map(function (cell) { return cell.textContent.trim(); }); }
    return {
      columns: table.tHead ? texts(table.tHead.rows[table.tHead.rows.length - 1]) : [],
      rows: Array.from(table.tBodies[0].rows).map(texts)
    };
  }

  function compared(one, other) {
    if (typeof one === "number" && typeof other === "number") { return one - other; }
    return String(one).localeCompare(String(other), "en", { numeric: true });
  }

  var LONG = 20; /* rows from which on a table is long enough to be filtered */

  function enhance(scroll, table, data, name) {
    var rows = Array.from(table.tBodies[0].rows);
    var first = table.dataset.first ? Number(table.dataset.first) : rows.length;
    var all = first >= rows.length;
    var every = Number(table.dataset.every || rows.length); /* the page may hold the first of them alone */
    var whole = every === rows.length;
    var words = [];
    var tools = element("div", { class: "tools" });
    var label = scroll.getAttribute("aria-label") || told.table;
    var count = element("span", { class: "count", role: "status" });
    var texts = null;

    function shown() {
      if (!texts) { texts = rows.map(function (row) { return folded(row.textContent); }); }
      var fitting = rows.filter(function (row) {
        var text = texts[row.dataset.place];
        return words.every(function (word) { return text.indexOf(word) >= 0; });
      });
      rows.forEach(function (row) { row.hidden = true; });
      var visible = all ? fitting : fitting.slice(0, first);
      visible.forEach(function (row) { row.hidden = false; });
      var counts = { shown: number(visible.length), every: number(every), fitting: number(fitting.length), here: number(rows.length) };
      var sentences = whole ? [told.of, told.fit] : [told.ofPart, told.fitPart];
      count.textContent = say(sentences[fitting.length < rows.length ? 1 : 0], counts);
    }

    rows.forEach(function (row, place) { row.dataset.place = place; });
    if (rows.length > LONG) {
      var filter = element("input", { type: "search", placeholder: told.filter, "aria-label": told.filter + ": " + label });
      filter.addEventListener("input", function () {
        words = folded(filter.value).split(/\s+/).filter(Boolean);
        shown();
      });
      tools.append(filter);
    }
    if (!all) {
      var more = element("button", { type: "button", "aria-pressed": "false" }, told.all);
      more.addEventListener("click", function () {
        all = !all;
        more.setAttribute("aria-pressed", String(all));
        shown();
      });
      tools.append(more);
    }
    if (rows.length > LONG || !all) { tools.append(count); shown(); }
    if (data.whole !== false) { offer(scroll, tools, saver(name, data, label)); }
    if (tools.children.length) { scroll.before(tools); }
    if (rows.length > 3 && table.tHead) { sortable(table, rows, data, shown); }
  }

  /* The button stands in the line of the source, where there is one. */
  function offer(scroll, tools, button) {
    var source = scroll.parentElement.querySelector(":scope > .source");
    if (source) { source.prepend(button); } else { tools.append(button); }
  }

  function saver(name, data, label) {
    var button = element("button", { type: "button", class: "save", "aria-label": told.save + ": " + label }, told.save);
    button.addEventListener("click", function () { save(name, data); });
    return button;
  }

  function sortable(table, rows, data, shown) {
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, place) {
      var column = head.dataset.column ? data.columns.indexOf(head.dataset.column) : place;
      var button = element("button", { type: "button", class: "sort" }, head.textContent);
      head.textContent = "";
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending" ||
          (head.getAttribute("aria-sort") === "none" && head.classList.contains("num"));
        heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.sort(function (a, b) {
          var one = data.rows[a.dataset.place][column];
          var other = data.rows[b.dataset.place][column];
          var empty = (one === null || one === "") - (other === null || other === "");
          if (empty) { return empty; } /* what is missing stays last, either way */
          return (down ? compared(other, one) : compared(one, other)) || a.dataset.place - b.dataset.place;
        });
        table.tBodies[0].append.apply(table.tBodies[0], rows);
        shown();
      });
    });
  }

  document.querySelectorAll("main .scroll").forEach(function (scroll, place) {
    var exhibit = scroll.closest("figure.exhibit");
    var held = exhibit && document.getElementById("data-" + exhibit.id);
    var table = scroll.querySelector("table");
    var name = exhibit ? exhibit.id : scroll.dataset.name || "table_" + (place + 1);
    var data = held ? JSON.parse(held.textContent) : table && fromPage(table);
    if (table && table.tBodies.length) { enhance(scroll, table, data, name); }
    else if (held && data.rows.length) { offer(scroll, null, saver(name, data, scroll.getAttribute("aria-label"))); }
  });

  /* Definitions: the link leads to the appendix, the tip saves the way. */
  var tip = element("div", { id: "tip", role: "tooltip", hidden: "" });
  var meanings = {};
  document.body.append(tip);
  document.querySelectorAll("tr[id^=metric-]").forEach(function (row) {
    meanings[row.id] = row.lastElementChild.textContent;
    meanings[row.cells[0].textContent] = row.lastElementChild.textContent;
  });

  var pointed = null;

  function show(at, text) {
    pointed = at;
    tip.textContent = text;
    tip.hidden = false;
    place(at);
    if (at.classList.contains("term")) { at.setAttribute("aria-describedby", "tip"); }
  }

  function hide() { tip.hidden = true; pointed = null; }

  function place(at) {
    var box = at.getBoundingClientRect();
    var left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    var below = box.bottom + tip.offsetHeight + 10 < window.innerHeight;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (below ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + "px";
  }

  function about(event) {
    var term = event.target.closest && event.target.closest("a.term");
    var text = term ? meanings[term.hash.slice(1)] : null;
    if (!text && event.target.closest && event.target.closest("svg.chart text")) {
      term = event.target;
      text = meanings[term.textContent.trim()];
    }
    if (text) { show(term, text); } else { hide(); }
  }
  document.addEventListener("mouseover", about);
  document.addEventListener("focusin", about);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
  window.addEventListener("scroll", function () { if (pointed) { place(pointed); } }, { passive: true, capture: true });
})();
