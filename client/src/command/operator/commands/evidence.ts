import { readFile } from 'node:fs/promises';
import { invalidOptions } from '../../../error.ts';
import type { EvidenceReport } from '../../../generated/schemas.ts';
import { send } from '../../../http/send.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Command, Context, Result, View } from '../command.ts';
import { type Field, formatFields, formatText } from '../view/fields.ts';
import { readReport, verifySignature } from './evidence-signature.ts';

/** Reading the audit log may take longer than the time limit of other requests. */
const TIMEOUT_SECONDS = 60;

export const evidence: Command = {
  name: 'evidence',
  summary: 'create a signed report for an audit (role "auditor" or "admin")',
  options: { html: { help: 'print a page for a browser or printer; it contains the signed report' } },
  notes: `With --json, the output is the signed report. The exit code is 5 if a rule does not hold.
countersign evidence verify <file>: verify the signature of a report, offline.`,
  async run(context) {
    if (context.options.html !== undefined) return printPage(context);
    const report = await context.client.getEvidence({}, { timeoutSeconds: TIMEOUT_SECONDS });
    return {
      document: report,
      text: (view) => formatReport(report, view),
      exitCode: report.summary.doNotHold > 0 ? EXIT_CODES.failed : EXIT_CODES.success,
    };
  },
};

async function printPage({ clientOptions, io, json }: Context): Promise<Result> {
  if (json) throw invalidOptions('Pass --html or --json, not both.');
  const request = {
    method: 'get',
    path: '/v1/evidence',
    body: undefined,
    headers: { accept: 'text/html' },
    isIdempotent: true,
  } as const;
  const options = { timeoutSeconds: TIMEOUT_SECONDS };
  io.writeOutput(await send(clientOptions, request, options, (response) => response.text()));
  return { document: undefined, text: () => '' };
}

export const evidenceVerify: Command = {
  name: 'evidence verify',
  summary: 'verify the signature of a report, offline',
  arguments: ['<file>'],
  options: {
    'public-key': {
      value: '<key>',
      help: 'the key that must have signed it, in base64, as an auditor was told it by another way',
    },
  },
  notes: `The file is the JSON of countersign evidence --json, or the page of countersign evidence --html. It calls nothing.
It prints the results that were signed: the visible text of a page is not signed, so go by these.
Without --public-key, a valid signature shows only that the report is unchanged. The exit code is 5 if it is not valid.`,
  async run({ arguments: [file = ''], options }) {
    const report = readReport(await readText(file));
    if (report === undefined) throw invalidOptions(`The file ${file} contains no report.`);
    const expectedKey = options['public-key'];
    const problem = verifySignature(report, expectedKey);
    const { at, publicKey } = report;
    return {
      document: { valid: problem === undefined, at, publicKey, ...(problem && { problem }) },
      // The visible text of a page is not signed, and may say something else.
      text: (view) =>
        formatFields(signatureFields(report, problem), view) +
        (problem === undefined ? `\n${formatReport(report, view)}` : ''),
      notes:
        problem === undefined && expectedKey === undefined
          ? ['the report is unchanged; pass --public-key to check who signed it']
          : [],
      exitCode: problem === undefined ? EXIT_CODES.success : EXIT_CODES.failed,
    };
  },
};

function signatureFields({ at, publicKey }: EvidenceReport, problem: string | undefined): Field[] {
  return [
    ['Report of', String(at)],
    ['Signed by', publicKey],
    ['Signature', problem ?? 'valid', problem === undefined ? 'verified' : 'failing'],
  ];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalidOptions(`The file ${file} cannot be read (${code}).`, error);
  }
}

/** What does not hold or is unknown is explained; the facts are in the JSON and on the page. */
function formatReport({ at, service, requirements, rules }: EvidenceReport, view: View): string {
  const assessed = [
    ...requirements.map((one) => ({ ...one, label: one.id })),
    ...rules.map((one) => ({ ...one, label: `Rule ${one.number}` })),
  ];
  const results = assessed.map(({ label, title, holds }): Field => {
    const result = holds === null ? 'unknown' : holds ? 'holds' : 'does not hold';
    return [
      label,
      `${result.padEnd(13)}  ${title}`,
      holds === null ? 'unknown' : holds ? 'verified' : 'failing',
    ];
  });
  const reasons = assessed
    .filter(({ holds }) => holds !== true)
    .map(({ label, reason }) => formatText(reason, view, `${label}: `));
  const head = formatFields(
    [
      ['Report of', String(at)],
      ['Vendor', `${service.vendorName}, AWS account ${service.vendorAccountId}`],
      [
        'Sandbox',
        service.isSandbox ? 'AWS is emulated: this proves nothing about production' : null,
        'failing',
      ],
    ],
    view,
  );
  return [head, formatFields(results, view), reasons.join('')].filter(Boolean).join('\n');
}
