import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/**
 * Serves the OpenAPI document at /openapi.json, and a page that shows it at /docs.
 *
 * @param build is called at the first request for either, since building takes half a second of CPU time
 */
export async function registerOpenapi(app: FastifyInstance, build: () => object): Promise<void> {
  const document: object = {};
  const complete = (): object => ('openapi' in document ? document : Object.assign(document, build()));
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  app.get('/openapi.json', async () => complete());
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiHooks: {
      onRequest: async () => {
        complete();
      },
    },
    staticCSP: true,
    // BaseLayout leaves out the bar for the URL of another description: there is only this one.
    uiConfig: { tryItOutEnabled: false, layout: 'BaseLayout' },
    theme: { title: 'Countersign API' },
  });
}
