/* A page opened from disk may start no web worker. The search then runs in a hidden frame. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      inner.postMessage = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (this.onmessage) this.onmessage(event);
      };
      inner.importScripts = (...urls) =>
        urls.reduce((before, address) => before.then(() => load(address)), Promise.resolve());
      const load = (address) =>
        new Promise((resolve, reject) => {
          const script = inner.document.createElement("script");
          script.src = address;
          script.onload = resolve;
          script.onerror = reject;
          inner.document.body.append(script);
        });
      load(url).then(() => {
        this.frame = inner;
        this.waiting.splice(0).forEach((data) => this.postMessage(data));
      });
    }

    postMessage(data) {
      if (!this.frame) this.waiting.push(data);
      else this.frame.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {}
  };
  window.IFrameWorker = window.Worker; // the search asks its parent for this name
}
