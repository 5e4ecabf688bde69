(function () {
  'use strict';
  var wait = 5000, longest = 30000, due = false;
  var note = document.getElementById('checked');

  function later() {
    // A little chance, so that not all visitors ask in the same moment.
    setTimeout(check, wait * (1 + Math.random() / 4));
    wait = Math.min(wait * 1.5, longest);
  }

  function check() {
    due = document.hidden;
    if (due) return; // nobody is looking: ask when somebody does
    var stop = new AbortController();
    var limit = setTimeout(function () { stop.abort(); }, longest);
    fetch(location.href, {cache: 'no-store', redirect: 'manual', signal: stop.signal})
      .then(function (answer) {
        clearTimeout(limit);
        stop.abort(); // the head says enough
        if (answer.status < 500) location.reload();
        else again();
      }, function () {
        clearTimeout(limit);
        again();
      });
  }

  function again() {
    note.textContent = note.dataset.text + ' ' + new Date().toLocaleTimeString(document.documentElement.lang);
    later();
  }

  document.addEventListener('visibilitychange', function () {
    if (due && !document.hidden) check();
  });
  later();
})();
