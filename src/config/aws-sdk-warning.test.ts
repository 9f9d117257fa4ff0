import { expect, test } from 'vitest';
import { silenceAwsSdkNodeWarning } from './aws-sdk-warning.ts';

const NAME = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

test.each([
  ['disables the warning when nothing is set', undefined, 'true'],
  ['keeps the value that the operator set', 'false', 'false'],
])('%s', (_, before, after) => {
  const environment: NodeJS.ProcessEnv = before === undefined ? {} : { [NAME]: before };
  silenceAwsSdkNodeWarning(environment);
  expect(environment[NAME]).toBe(after);
});
