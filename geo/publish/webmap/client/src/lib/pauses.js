// Long work in pieces, between which other things have their turn.

const PAUSE = 8; // ms of work between two frames

/** What lets the page draw a frame, or a worker hear of a task, once it has worked for a while. */
export function pauses() {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < PAUSE) return;
    await new Promise((done) => setTimeout(done));
    last = performance.now();
  };
}
