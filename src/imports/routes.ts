import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { decodeBody } from '../http/body.ts';
import { idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { Problem } from '../http/problem.ts';
import {
  connectionId,
  exampleId,
  linkId,
  problemCode,
  queryBoolean,
  tenantId,
  timestamp,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { parseCsv } from './csv.ts';
import { importRow } from './import-row.ts';
import { importTenants, OUTCOMES } from './import-tenants.ts';

/** A row takes 10 to 50 ms, and most proxies wait for an answer for a minute at most. */
const MAX_ROWS = 500;

const EXAMPLE_ROW = {
  reference: 'customer-4711',
  name: 'Example Ltd',
  roleArn: 'arn:aws:iam::111122223333:role/VendorAccess',
};

const { $schema: _, ...documentedRow } = z.toJSONSchema(importRow, { io: 'input' });

const importTenantsRequest = z
  .strictObject({
    rows: z
      // Each row is checked by itself, so that an invalid one rejects no other.
      .array(z.unknown().meta({ ...documentedRow, id: 'ImportTenantRequest' }))
      .min(1, 'must have one row or more')
      .meta({ maxItems: MAX_ROWS }),
  })
  .meta({ id: 'ImportTenantsRequest', examples: [{ rows: [EXAMPLE_ROW] }] });

const customerMessage = z
  .object({
    linkId,
    url: z.string().meta({
      description: 'A connect link. It is returned only here, and anybody who has it can open it.',
    }),
    expiresAt: timestamp,
    text: z.string().meta({ description: 'A message for the customer that contains the link.' }),
  })
  .meta({ id: 'CustomerMessage' });

const rowOutcome = z
  .object({
    row: z.number().int().meta({
      description:
        'The number of the row: 1 for the first one, which in CSV follows the header line. Empty lines do not count.',
    }),
    reference: z.string().nullable().meta({ description: 'null if the row is invalid.' }),
    outcome: z.enum(OUTCOMES).meta({
      description:
        'created: the tenant and its connection. role_added: the tenant had this reference and name already and now has a connection for the role. unchanged: it had both. conflict, invalid: nothing was imported, see `error`.',
    }),
    tenantId: tenantId.nullable(),
    connectionId: connectionId.nullable(),
    legacy: z.boolean().nullable().meta({
      description: "Whether the customer still has to change the role to the tenant's external ID.",
    }),
    customerMessage: customerMessage.optional().meta({
      description: 'Only with `customerMessages`, and if `legacy` is true and the tenant is active.',
    }),
    error: z
      .object({ code: problemCode, detail: z.string() })
      .meta({ id: 'ImportError' })
      .optional()
      .meta({ description: 'Why the row was not imported, and what to do.' }),
  })
  .meta({ id: 'ImportRowOutcome' });

const importOutcomes = z
  .object({
    dryRun: z.boolean(),
    summary: z
      .object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, z.number().int()])))
      .meta({ id: 'ImportSummary', description: 'The number of rows with each outcome.' }),
    data: z.array(rowOutcome),
  })
  .meta({
    id: 'ImportOutcomes',
    description: 'The outcome of each row, in the order of the request.',
    examples: [
      {
        dryRun: false,
        summary: { created: 1, role_added: 0, unchanged: 0, conflict: 0, invalid: 1 },
        data: [
          {
            row: 1,
            reference: EXAMPLE_ROW.reference,
            outcome: 'created',
            tenantId: exampleId('tenant'),
            connectionId: exampleId('connection'),
            legacy: true,
          },
          {
            row: 2,
            reference: null,
            outcome: 'invalid',
            tenantId: null,
            connectionId: null,
            legacy: null,
            error: {
              code: 'validation_failed',
              detail: 'name is missing. Correct this row and send it again.',
            },
          },
        ],
      },
    ],
  });

const query = z.strictObject({
  dryRun: queryBoolean
    .default(false)
    .meta({ description: 'Returns what an import would do, and changes nothing.' }),
  customerMessages: queryBoolean.default(false).meta({
    description:
      'Also creates a connect link for each row whose role still has to be changed, and returns it in a message for the customer. The links can be opened for 7 days. A dry run creates none.',
  }),
});

export function importRoutes(app: App, deps: Deps): void {
  // Only the routes in this scope accept CSV.
  void app.register(async (scope) => {
    acceptCsv(scope);
    importTenantsRoute(scope.withTypeProvider<ZodTypeProvider>(), deps);
  });
}

/** From here on, the rows of a CSV body are the same as those of a JSON body. */
function acceptCsv(app: FastifyInstance): void {
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      body.length === 0 ? undefined : { rows: parseCsv(decodeBody(request, body)) },
  );
}

function importTenantsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/imports',
    config: { access: 'tenants:manage', load: 'slow' },
    schema: {
      // Only the description names CSV: generators of clients reject a document with another media type of requests.
      operationId: 'importTenants',
      summary: 'Import customers with the roles that they already have',
      description: `Creates a tenant for each new reference, and a connection for its role. Each tenant gets an external ID issued by Countersign; external IDs used before are not accepted in any form. The connections are \`legacy\` until their roles are verified with the issued ID.

Each row has its own outcome, and rows that cannot be imported affect no others. Rows are idempotent by reference and role, so the same rows can be sent again. The body is JSON, or CSV with \`Content-Type: text/csv\` and the columns reference, name and roleArn in its header line; the separator is a comma, semicolon or tab. It has at most ${MAX_ROWS} rows and 256 KiB; send more customers in several requests.`,
      tags: ['Tenants'],
      querystring: query,
      body: importTenantsRequest,
      response: { 200: importOutcomes },
      problems: ['conflict'],
    },
    handler: async (request) => {
      const { rows } = request.body;
      const { dryRun, customerMessages } = request.query;
      assertNotTooManyRows(rows);
      const principal = principalOf(request);
      const data = await idempotentOutsideTransaction(deps, request, (deps) =>
        importTenants(deps, { principal, actor: actorOf(principal), rows, dryRun, customerMessages }),
      );
      const count = (outcome: string) => data.filter((row) => row.outcome === outcome).length;
      return {
        dryRun,
        summary: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])),
        data,
      };
    },
  });
}

function assertNotTooManyRows({ length }: readonly unknown[]): void {
  if (length <= MAX_ROWS) return;
  throw new Problem(
    'body_too_large',
    `An import has at most ${MAX_ROWS} rows, and this one has ${length}. Nothing was imported. Send them in several requests.`,
  );
}
