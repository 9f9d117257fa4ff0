// Runs the AWS emulator in its own process, so that its CPU time does not count as the service's. The message `count` is
// answered with the number of successful AssumeRole calls so far, an account ID with credentials of the broker's role there.
import { startAwsEmulator } from '../src/aws-emulator/emulator.ts';
import { systemClock } from '../src/lib/clock.ts';

const emulator = await startAwsEmulator({ clock: systemClock });
let assumedRoles = 0;
process.on('message', (message: string) => {
  if (message !== 'count') {
    process.send?.(JSON.stringify(emulator.openBrokerSession({ partition: 'aws', accountId: message })));
    return;
  }
  // The emulator keeps a limited number of calls. Removing them at each message makes the count complete.
  const calls = emulator.calls.splice(0);
  assumedRoles += calls.filter((call) => call.operation === 'AssumeRole' && call.outcome === 'ok').length;
  process.send?.(assumedRoles);
});
process.on('SIGTERM', () => void emulator.close().then(() => process.exit(0)));
process.send?.(emulator.url);
