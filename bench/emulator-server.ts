// The local AWS in a process of its own, so that its work is not taken for the service's. It counts what it grants.
import { systemClock } from '../src/lib/clock.ts';
import { startAwsEmulator } from '../src/aws-emulator/emulator.ts';

const sandbox = await startAwsEmulator({ clock: systemClock });
let granted = 0;
process.on('message', (question) => {
  // The list of calls is bounded; emptied at each question, it can be counted whole.
  const calls = sandbox.calls.splice(0).filter((call) => call.operation === 'AssumeRole');
  granted += calls.filter((call) => call.outcome === 'ok').length;
  if (question === 'granted') process.send?.(granted);
});
process.on('SIGTERM', () => void sandbox.close().then(() => process.exit(0)));
process.send?.(sandbox.url);
