import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** Serves the description of all routes that are registered after it: /openapi.json, and a page at /docs. */
export async function registerOpenapi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Countersign',
        version,
        description:
          'Issues an external ID to each tenant, verifies that customers’ roles enforce it, and issues short-lived AWS credentials to workers.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key of Countersign or, for workers, a JWT of a configured issuer.',
          },
        },
      },
      security: [{ apiKey: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withProblemType(jsonSchemaTransformObject(document)),
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // BaseLayout leaves out the bar for the URL of another description: there is only this one.
    uiConfig: { tryItOutEnabled: false, layout: 'BaseLayout' },
    theme: { title: 'Countersign API' },
  });
}

interface DocumentWithResponses {
  paths?: Record<
    string,
    Record<string, { responses?: Record<string, { content?: Record<string, unknown> }> }>
  >;
}

/** The transform describes every response as application/json; errors are sent as application/problem+json. */
function withProblemType<T>(document: T): T {
  for (const path of Object.values((document as DocumentWithResponses).paths ?? {})) {
    for (const { responses = {} } of Object.values(path)) {
      for (const [status, response] of Object.entries(responses)) {
        const schema = response.content?.['application/json'];
        if (/^[45]/.test(status) && schema) response.content = { 'application/problem+json': schema };
      }
    }
  }
  return document;
}
