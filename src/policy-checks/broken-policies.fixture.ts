import { ALLOWED_POLICIES } from './allowed-policies.fixture.ts';
import { DENIED_POLICIES } from './denied-policies.fixture.ts';
import { INVALID_POLICIES } from './invalid-policies.fixture.ts';

/** Mistakes that customers make in trust policies, each with the findings that explain it. */
export const BROKEN_POLICIES = [...ALLOWED_POLICIES, ...DENIED_POLICIES, ...INVALID_POLICIES];
