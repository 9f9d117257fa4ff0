// Records the statements of this version, to be replayed by the next one. docs/decisions/0015-rolling-upgrades.md says when.
import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { sealAuditEvents } from '../../src/audit/seal.ts';
import { advanceRuns } from '../../src/verification/runs/advance.ts';
import { verifyDueConnections } from '../../src/verification/verify-due-connections.ts';
import { putRole, startTestService, trustPolicyRequiring } from '../harness/service.ts';
import { recordStatements } from './recorder.ts';
import { runScenario } from './scenario.ts';

const file = process.env.RECORD_STATEMENTS_TO;

test.skipIf(!file)(
  'records the statements of this version',
  async () => {
    const { statements, stop } = recordStatements();
    const service = await startTestService();
    try {
      await runScenario({
        admin: service.admin,
        as: service.as,
        putRole: (externalIds, name) =>
          putRole(service.aws, trustPolicyRequiring(...externalIds), name ? { name, exists: true } : {}),
        advanceClock: service.clock.advance,
        verifyDueConnections: () => verifyDueConnections(service.deps),
        advanceRuns: () => advanceRuns(service.deps),
        sealAuditEvents: () => sealAuditEvents(service.deps),
      });
    } finally {
      stop();
      await service.close();
    }
    const lines = statements.map((statement) => JSON.stringify(statement));
    writeFileSync(file as string, `[\n${lines.join(',\n')}\n]\n`);
  },
  120_000,
);
