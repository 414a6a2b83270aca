/** Something is wrong with the lab itself, as opposed to the program that runs in it. */
export class LabError extends Error {
  /**
   * @param {string} message one sentence
   * @param {number} exitStatus 2 usage, 124 too slow, 125 the lab is broken
   */
  constructor(message, exitStatus = EXIT_STATUS.broken) {
    super(message);
    this.name = 'LabError';
    this.exitStatus = exitStatus;
  }
}

/** Exit statuses of the lab's own; any other is the guest program's. */
export const EXIT_STATUS = { usage: 2, timedOut: 124, broken: 125 };
