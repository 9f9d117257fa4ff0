/** What a verification of a role with the policy would find; `invalid` if IAM would reject the policy. */
export type Verdict = 'safe' | 'unsafe' | 'not_assumable' | 'undetermined' | 'invalid';
