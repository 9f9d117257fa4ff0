import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { CONTENT_SECURITY_POLICY, evidencePage } from './page.ts';
import { createEvidenceReport, evidenceReport } from './report.ts';

export function evidenceRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/evidence',
    config: { access: 'evidence:read', load: 'slow' },
    schema: {
      operationId: 'getEvidence',
      summary: 'Create a signed report for an audit',
      description:
        "Assesses the requirements of AWS's partner review and the rules of this service by what the running installation is like now: the database's grants and triggers, the state of connections, the audit log. With `Accept: text/html`, the response is the same report as a page that prints on A4.",
      tags: ['Audit'],
      querystring: z.strictObject({}),
      response: { 200: evidenceReport },
    },
    handler: async (request, reply) => {
      const report = await createEvidenceReport(deps);
      void reply.header('vary', 'accept');
      if (!request.headers.accept?.includes('text/html')) return report;
      return reply
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .type('text/html; charset=utf-8')
        .serializer((text: unknown) => String(text))
        .send(evidencePage(report).markup as never);
    },
  });
}
