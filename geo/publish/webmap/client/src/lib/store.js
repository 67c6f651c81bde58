// A store: one state, changed by actions alone, and whoever wants to know of it.

/**
 * @template S
 * @template {{ type: string }} A
 */
export class Store {
  /**
   * @param {S} state
   * @param {(state: S, action: A) => S} reduce pure; the same state where nothing changes
   */
  constructor(state, reduce) {
    this.state = state;
    this.reduce = reduce;
    /** @type {((state: S, before: S) => void)[]} */
    this.listeners = [];
    /** @type {A[]} */
    this.queue = [];
    this.busy = false;
  }

  /**
   * Take an action; listeners hear of the new state. What they dispatch themselves comes after it.
   * @param {A} action
   */
  dispatch(action) {
    this.queue.push(action);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) {
        const before = this.state;
        this.state = this.reduce(before, next);
        if (this.state !== before) this.listeners.forEach((tell) => tell(this.state, before));
      }
    } finally {
      this.queue.length = 0;
      this.busy = false;
    }
  }

  /**
   * Hear of every new state; what it returns ends that.
   * @param {(state: S, before: S) => void} listener
   */
  subscribe(listener) {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }
}
