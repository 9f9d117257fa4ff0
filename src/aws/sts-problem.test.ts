import { afterEach, beforeEach, expect, test } from 'vitest';
import { StsError } from './sts.ts';
import { type FakeSts, requestOf, respondWithError, startFakeSts } from './sts-client/fake-sts.fixture.ts';
import { toStsProblem } from './sts-problem.ts';

let fakeSts: FakeSts;
beforeEach(async () => {
  fakeSts = await startFakeSts();
});
afterEach(() => fakeSts.close());

test.each(['RegionDisabledException', 'RegionDisabled'])(
  'after %s the problem names the Region as the cause, does not promise that a retry helps soon, and STS is called once',
  async (code) => {
    fakeSts.respond = respondWithError(403, code);
    const error = await fakeSts
      .createClient()
      .assumeRole(requestOf(1))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StsError);
    const { failure } = error as StsError;
    expect(failure).toBe('region_disabled');
    const problem = toStsProblem(failure, error);
    expect(problem).toMatchObject({ code: 'aws_unavailable', retryAfterSeconds: 300 });
    expect(problem.detail).toContain('has not enabled the AWS Region');
    expect(problem.detail).not.toMatch(/shortly|moment/i);
    expect(fakeSts.received).toHaveLength(1);
  },
);
