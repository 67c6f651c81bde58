// What a worker does for the page, by name; the page does it itself where there is no worker.

import { Job } from "../export/job.js";

/**
 * A set of tasks with what they keep between two calls.
 * @returns {{ [name: string]: (given: any) => any }}
 */
export function tasks() {
  /** @type {Map<number, Job>} */
  const files = new Map();
  let last = 0;
  return {
    open: ({ format, sheet }) => {
      files.set(++last, new Job(format, sheet));
      return last;
    },
    add: ({ file, values }) => files.get(file)?.add(values),
    close: ({ file, keep }) => {
      const job = files.get(file);
      files.delete(file);
      return keep ? job?.end() : null;
    },
  };
}
