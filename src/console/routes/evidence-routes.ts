import type { Deps } from '../../deps.ts';
import { CONTENT_SECURITY_POLICY, evidencePage } from '../../evidence/page.ts';
import { createEvidenceReport } from '../../evidence/report.ts';
import type { App } from '../../http/app-type.ts';
import { sendPage } from '../../pages/page-security.ts';

/** The page of `GET /v1/evidence`, for auditors without an API key. It is a document to print, without navigation. */
export function evidenceRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/evidence',
    config: { access: 'evidence:read', load: 'slow' },
    schema: { hide: true },
    handler: async (_request, reply) => {
      const report = await createEvidenceReport(deps);
      void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      return sendPage(reply, 200, evidencePage(report));
    },
  });
}
