import type { BrokerFacts, Facts } from '../facts.ts';
import {
  AUDIT_TABLES,
  describeGrants,
  findTriggerProblem,
  findUnexpectedGrants,
} from './database-protection.ts';
import { type Assessment, fact, holdsUnless, list, type NamedFact, type Rule, unknown } from './rule.ts';

const MAX_UNPUBLISHED_SECONDS = 60;
const MAX_SHOWN_FINDINGS = 5;
const AUDIT_TRIGGERS = [
  'audit_events_protect',
  'audit_events_keep',
  'unsealed_audit_events_protect',
  'unsealed_audit_events_keep',
];
const BY_TESTS = 'A running installation cannot show this. The tests of the release do:';

export const SERVICE_RULES: readonly Rule[] = [
  {
    number: 8,
    title: "Another tenant's resource is answered exactly like a missing one",
    assess: () => unknown(`${BY_TESTS} test/routes-contract.test.ts, over every route.`),
  },
  { number: 9, title: 'Only a worker identity gets credentials', assess: assessWorkers },
  { number: 10, title: 'No audit record, no credential; records never change', assess: assessAudit },
  {
    number: 11,
    title: 'Failing never falls back to other credentials',
    assess: () => unknown(`${BY_TESTS} src/credentials/sts-faults.test.ts.`),
  },
  {
    number: 14,
    title: "The customer's template grants the least that the vendor declared",
    assess: assessTemplate,
  },
  {
    number: 15,
    title: "The vendor's own trouble is never recorded as a customer's",
    assess: assessAttribution,
  },
  { number: 16, title: 'Whoever depends on a connection is told', assess: assessEvents },
  {
    number: 17,
    title: 'The offline check and the verification agree',
    assess: () => unknown(`${BY_TESTS} src/policy-checks/agreement.test.ts.`),
  },
];

function assessWorkers({ apiKeys, mayIssueCredentials, configuration }: Facts): Assessment {
  const workers = apiKeys.find(({ role }) => role === 'worker');
  return holdsUnless(
    [
      mayIssueCredentials.join() !== 'worker' &&
        `These roles may request credentials: ${list(mayIssueCredentials)}.`,
    ],
    'The permission to request credentials belongs to workers alone, not even to an admin key.',
    [
      fact('roles that may request credentials', list(mayIssueCredentials)),
      fact('valid API keys of workers', workers?.valid ?? 0),
      fact('of these, limited to no tenant', workers?.anyTenant ?? 0),
      fact('configured worker identities (OIDC)', configuration.workerIdentities),
    ],
  );
}

function assessAudit(facts: Facts): Assessment {
  const { audit, database } = facts;
  const assessment = holdsUnless(
    [
      ...audit.findings
        .slice(0, MAX_SHOWN_FINDINGS)
        .map(
          ({ kind, chain, sequence, message }) =>
            `The audit log has an event that was ${kind} (${chain}, number ${sequence}): ${message}.`,
        ),
      ...AUDIT_TABLES.map((table) => findUnexpectedGrants(database, table)),
      findTriggerProblem(database, AUDIT_TRIGGERS),
    ],
    `Each record is committed before its credential is returned. All chains were verified ${
      audit.archivedMonths.length > 0 ? 'from where the archive ends' : 'from their first'
    } to their last event.`,
    describeAudit(facts),
  );
  if (assessment.holds === false || audit.verifiedChains >= audit.chains) return assessment;
  return {
    ...assessment,
    holds: null,
    reason: `${audit.verifiedChains} of ${audit.chains} chains were verified without a finding. A report verifies no more: run countersign audit verify for the whole log.`,
  };
}

function describeAudit({ audit, configuration, database }: Facts): NamedFact[] {
  const { vendorHead } = audit;
  return [
    fact('chains', audit.chains),
    fact('chains verified for this report', audit.verifiedChains),
    fact('events verified for this report', audit.verifiedEvents),
    fact('events in the log, estimated', Math.max(audit.estimatedEvents, audit.verifiedEvents)),
    fact('findings', audit.findings.length),
    fact(
      "last event of the vendor's chain",
      vendorHead && `number ${vendorHead.sequence}, hash ${vendorHead.hash}`,
    ),
    fact('events that are not sealed yet', audit.unsealed),
    fact('archived months, which a report does not verify', list(audit.archivedMonths)),
    fact('key that signs checkpoints and this report', audit.publicKey),
    fact('where that key comes from', configuration.signingKeySource),
    ...AUDIT_TABLES.map((table) => describeGrants(database, table)),
  ];
}

function assessTemplate({ brokers, permissionSets }: Facts): Assessment {
  const wide = brokers.filter(({ brokerRoleArn }) => brokerRoleArn === null);
  const excessive = permissionSets.filter(({ excess }) => excess !== null);
  return holdsUnless(
    [
      wide.length > 0 &&
        `Trust policies are not narrowed to the broker's role in ${list(wide.map(({ partition }) => partition))}: set COUNTERSIGN_BROKER_ROLE_ARN.`,
      ...excessive.map(({ name, excess }) => `The permission set ${name} ${excess}.`),
    ],
    "Trust policies are narrowed to the broker's role, and no declared permission set allows everything.",
    [
      ...brokers.map(({ partition, brokerRoleArn }) =>
        fact(`trusted role in ${partition}`, brokerRoleArn ?? 'every principal of the account'),
      ),
      ...permissionSets.map(({ name, managedPolicyArns, hasInlinePolicy }) =>
        fact(
          `permissions of ${name}`,
          list([...managedPolicyArns, ...(hasInlinePolicy ? ['an inline policy'] : [])]),
        ),
      ),
    ],
  );
}

function assessAttribution({ brokers }: Facts): Assessment {
  const assessment = holdsUnless(
    brokers.map(
      ({ partition, degradedWhileFailing }) =>
        degradedWhileFailing > 0 &&
        `${degradedWhileFailing} connections were recorded as unreachable while the broker of ${partition} was failing.`,
    ),
    'No connection was recorded as unreachable while a broker was failing.',
    brokers.map(describeBroker),
  );
  const unread = brokers.filter(({ status }) => status === 'unknown').map(({ partition }) => partition);
  if (assessment.holds === false || unread.length === 0) return assessment;
  return {
    ...assessment,
    holds: null,
    reason: `Whether the broker works is not known in ${list(unread)}: no role was assumed yet, and no canary shows it.`,
  };
}

function describeBroker(broker: BrokerFacts): NamedFact {
  const { partition, accountId, region, identityArn, hasCanary, status, statusSince, problem } = broker;
  const parts = [
    `${status} since ${statusSince.toISOString()}`,
    `account ${accountId}`,
    `Region ${region}`,
    `identity ${identityArn ?? 'not read yet'}`,
    hasCanary ? 'with a canary role' : 'without a canary role',
    ...(problem === null ? [] : [problem]),
  ];
  return fact(`broker in ${partition}`, parts.join('; '));
}

function assessEvents({ at, events, configuration }: Facts): Assessment {
  const { oldestUnpublishedAt, oldestPendingDeliveryAt, enabledWebhooks, disabledWebhooks } = events;
  const ageSeconds = oldestUnpublishedAt ? (at.getTime() - oldestUnpublishedAt.getTime()) / 1000 : 0;
  return holdsUnless(
    [
      ageSeconds > MAX_UNPUBLISHED_SECONDS &&
        `An event of ${oldestUnpublishedAt?.toISOString()} is not in the feed yet.`,
    ],
    'Every event older than a minute is in the feed.',
    [
      fact('events that are not in the feed yet', events.unpublished),
      fact('webhooks', `${enabledWebhooks} enabled, ${disabledWebhooks} disabled`),
      fact('oldest delivery that is still pending, of', oldestPendingDeliveryAt),
      fact('secrets of webhooks are encrypted', configuration.webhookSecretsEncrypted),
    ],
  );
}
