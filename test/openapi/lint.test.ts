import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { expect, test } from 'vitest';
import { DOCUMENT_TEXT } from './openapi-document.fixture.ts';

/**
 * `/connections/verifications/{runId}` looks like `/connections/{connectionId}/…` to a linter that ignores the patterns of
 * parameters. No ID of a connection is "verifications".
 */
const isUnambiguousByPattern = ({ ruleId, message }: { ruleId: string; message: string }): boolean =>
  ruleId === 'no-ambiguous-paths' && message.includes('/connections/verifications/{runId}');

test("the OpenAPI document passes Redocly's recommended rules", async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: DOCUMENT_TEXT, absoluteRef: '/openapi.json', config });
  expect(problems.filter((problem) => !isUnambiguousByPattern(problem))).toEqual([]);
  const empty = '{"openapi":"3.1.0","info":{"title":"Empty","version":"1"},"paths":{}}';
  const found = await lintFromString({ source: empty, absoluteRef: '/openapi.json', config });
  expect(found.map(({ ruleId }) => ruleId)).toContain('no-empty-servers');
});

test("the OpenAPI document passes Spectral's rules", async () => {
  const linter = new spectral.Spectral();
  // document.test.ts validates all examples in a fraction of the time.
  const rules = { 'oas3-valid-media-example': 'off' } as const;
  linter.setRuleset({ extends: [rulesets.oas as spectral.RulesetDefinition], rules });
  expect(await linter.run(JSON.parse(DOCUMENT_TEXT))).toEqual([]);
  const empty = await linter.run({ openapi: '3.1.0', info: { title: 'Empty', version: '1' }, paths: {} });
  expect(empty.map(({ code }) => code)).toContain('oas3-api-servers');
});
