import { createActions, type ScenarioOptions } from './actions.ts';
import { attack } from './attack-steps.ts';
import { breakRole } from './enforcement-steps.ts';
import { onboard } from './onboarding-steps.ts';
import { rotate } from './rotation-steps.ts';
import { createStepRunner, StepFailedError } from './step.ts';

/**
 * Runs the demo scenario. Each step prints what it has shown.
 * @returns the exit code: 0 only if every step succeeded
 */
export async function runScenario(options: ScenarioOptions): Promise<number> {
  const step = createStepRunner(options.print);
  const actions = createActions(options);
  try {
    const state = await onboard(step, actions);
    await attack(step, actions, state);
    await rotate(step, actions, state);
    await breakRole(step, actions, state);
  } catch (error) {
    if (!(error instanceof StepFailedError)) throw error;
    options.print('\nThe demo failed at this step.');
    return 1;
  }
  options.print(`\nAll ${step.count()} steps succeeded.`);
  return 0;
}
