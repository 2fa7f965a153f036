/* A text as it is searched: without case and accents, so that a plain keyboard finds every name. */
var folded = (function () {
  "use strict";
  /* Letters that no accent can be taken from. */
  var PLAIN = { "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t" };
  var LETTERS = new RegExp("[" + Object.keys(PLAIN).join("") + "]", "g");

  return function (text) {
    var bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return bare.replace(LETTERS, function (letter) { return PLAIN[letter]; });
  };
})();
