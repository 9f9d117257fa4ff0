/** Runs one step of the scenario and prints its result. */
export type RunStep = <T>(title: string, run: () => Promise<StepResult<T>>) => Promise<T>;

interface StepResult<T> {
  /** The result to print below the step's title. */
  message: string;
  /** Values that later steps need. */
  value: T;
}

/** A step has failed and its error was printed. */
export class StepFailedError extends Error {}

export function createStepRunner(print: (line: string) => void): RunStep & { count(): number } {
  let count = 0;
  const runStep: RunStep = async (title, run) => {
    count++;
    try {
      const { message, value } = await run();
      print(`\n${count}. ${title}\n   ✓ ${message}`);
      return value;
    } catch (error) {
      print(`\n${count}. ${title}\n   ✗ ${error instanceof Error ? error.message : error}`);
      throw new StepFailedError();
    }
  };
  return Object.assign(runStep, { count: () => count });
}

export function assertEqual(actual: unknown, expected: unknown, name: string): void {
  if (actual !== expected) throw new Error(`Expected ${name} to be ${expected}, but it was ${actual}.`);
}
