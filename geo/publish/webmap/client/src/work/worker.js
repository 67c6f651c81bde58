// The worker: a task at a time, each answered with what it gives or with what went wrong.

import { tasks } from "./tasks.js";

const known = tasks();

addEventListener("message", async ({ data: { id, name, given } }) => {
  try {
    postMessage({ id, made: await known[name](given) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
