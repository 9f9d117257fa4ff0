import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Serves the OpenAPI document at /openapi.json, and a page that shows it at /docs. */
export async function registerOpenapi(app: FastifyInstance, document: object): Promise<void> {
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  app.get('/openapi.json', async () => document);
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // BaseLayout leaves out the bar for the URL of another description: there is only this one.
    uiConfig: { tryItOutEnabled: false, layout: 'BaseLayout' },
    theme: { title: 'Countersign API' },
  });
}
