// Work beside the page: in a worker made of code that stands in the page, or, where the browser
// refuses one, in the page itself, a task at a time between frames.

import CODE from "../../generated/worker.txt";
import { tasks } from "./tasks.js";

/**
 * @typedef {object} Asked
 * @property {string} name
 * @property {any} given
 * @property {(made: any) => void} done
 * @property {(error: Error) => void} fail
 */

export class Hand {
  constructor() {
    this.last = 0;
    this.proven = false;
    /** @type {Map<number, Asked>} */
    this.waiting = new Map();
    /** @type {ReturnType<typeof tasks> | null} */
    this.here = null;
    this.worker = this.started();
    if (!this.worker) this.here = tasks();
  }

  started() {
    try {
      const url = URL.createObjectURL(new Blob([CODE], { type: "text/javascript" }));
      const worker = new Worker(url);
      worker.onmessage = ({ data: { id, made, error } }) => {
        const asked = this.waiting.get(id);
        this.waiting.delete(id);
        this.proven = true;
        if (error === undefined) asked?.done(made);
        else asked?.fail(new Error(error));
      };
      worker.onerror = (event) => this.lost(new Error(event.message || "worker"));
      return worker;
    } catch {
      return null; // refused: by a policy, or by the browser for pages of a disk
    }
  }

  /**
   * No worker after all: what comes is done in the page, and what waits as well, unless the worker
   * kept something that it hangs on.
   * @param {Error} error
   */
  lost(error) {
    const asked = [...this.waiting.values()];
    this.waiting.clear();
    this.worker?.terminate();
    this.worker = null;
    this.here ??= tasks();
    for (const { name, given, done, fail } of asked) {
      if (this.proven) fail(error);
      else this.ask(name, given).then(done, fail);
    }
  }

  /**
   * Have a task done.
   * @param {string} name
   * @param {any} given
   * @returns {Promise<any>}
   */
  async ask(name, given) {
    const { worker } = this;
    if (!worker) {
      await new Promise((done) => setTimeout(done));
      return this.here?.[name](given);
    }
    const id = ++this.last;
    return new Promise((done, fail) => {
      this.waiting.set(id, { name, given, done, fail });
      worker.postMessage({ id, name, given });
    });
  }

  end() {
    this.worker?.terminate();
  }
}
