// What stands instead of a blank page: before the client, in ES5, for browsers that cannot read it.

/** @typedef {{ [lang: string]: string }} Words in both languages */

(function () {
  "use strict";
  /** @type {any} */
  var page = window;
  /** @type {HTMLElement | null} */
  var box = null;
  var timer = 0;
  var written = false; // the first reason stands

  /** What the client cannot do without; the newest of it says which browsers open the page. */
  function able() {
    return Boolean(
      page.DecompressionStream &&
      page.ResizeObserver &&
      page.Element.prototype.replaceChildren &&
      "replaceAll" in String.prototype,
    );
  }

  /** @param {Words[]} lines */
  function write(lines) {
    if (written || page.mujunReady) return;
    written = true;
    if (document.body) place(lines);
    else
      document.addEventListener("DOMContentLoaded", function () {
        place(lines);
      });
  }

  /** @param {Words[]} lines */
  function place(lines) {
    box = document.createElement("div");
    box.id = "mujun-floor";
    box.setAttribute("role", "alert");
    box.style.cssText =
      "position:fixed;z-index:9999;top:8%;left:8%;right:8%;max-width:640px;max-height:84%;" +
      "margin:0 auto;overflow:auto;box-sizing:border-box;padding:20px 24px;background:#fff;" +
      "color:#1f2328;border:1px solid #8a929c;font:16px/1.7 'Microsoft YaHei',sans-serif;";
    for (var k = 0; k < 2; k++) {
      for (var i = 0; i < lines.length; i++) {
        var line = document.createElement("p");
        line.lang = k ? "en" : "zh-CN";
        if (!lines[i][line.lang.slice(0, 2)]) continue;
        line.style.margin = i ? "0" : k ? "14px 0 0" : "0";
        line.appendChild(document.createTextNode(lines[i][line.lang.slice(0, 2)]));
        box.appendChild(line);
      }
    }
    document.body.appendChild(box);
    timer = window.setInterval(clear, 500);
  }

  function clear() {
    if (!box || !page.mujunReady) return;
    window.clearInterval(timer);
    if (box.parentNode) box.parentNode.removeChild(box);
    box = null;
  }

  /**
   * Look at the browser now, at what is thrown, and after some seconds whether the map is there.
   * @param {{ [name: string]: Words }} texts
   */
  page.mujunFloor = function (texts) {
    if (!able()) write([texts.old, texts.browsers]);
    /** @param {any} problem */
    function failed(problem) {
      if (!problem) return; // a warning of the browser, as of a ResizeObserver's loop
      var text = String(problem.message || problem);
      write([texts.failed, texts.browsers, { zh: text, en: "" }]);
    }
    window.addEventListener("error", function (event) {
      failed(event.error);
    });
    window.addEventListener("unhandledrejection", function (event) {
      failed(event.reason);
    });
    /** @param {number} seconds */
    page.mujunFloor.wait = function (seconds) {
      window.setTimeout(function () {
        write([texts.slow, texts.browsers]);
      }, 1000 * seconds);
    };
  };
})();
