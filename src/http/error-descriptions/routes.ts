import { z } from 'zod';
import type { App } from '../app-type.ts';
import { notFound, PROBLEMS, type ProblemCode } from '../problem.ts';
import { problemCode } from '../schemas.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { CONTENT_SECURITY_POLICY, errorPage } from './page.ts';

const errorDescription = z
  .object({
    code: problemCode,
    status: z.number().int(),
    title: z.string(),
    when: z.string().meta({ description: 'When the error occurs.' }),
    remedy: z.string().meta({ description: 'What to do about it.' }),
  })
  .meta({
    id: 'ErrorDescription',
    description: 'When the error occurs and what to do about it.',
    examples: [{ code: 'conflict', ...PROBLEMS.conflict, ...DESCRIPTIONS.conflict }],
  });

/** Serves what the `type` of each problem refers to (RFC 9457, section 3.1.1). */
export function errorDescriptionRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/errors/:code',
    config: { access: 'public' },
    schema: {
      operationId: 'describeError',
      summary: 'Describe an error code',
      description:
        'The `type` of every problem is a URL of this operation. The response is JSON or, with `Accept: text/html`, a page.',
      tags: ['Operations'],
      params: z.object({
        code: z.string().meta({ description: 'The `code` of a problem.', examples: ['conflict'] }),
      }),
      querystring: z.strictObject({}),
      response: { 200: errorDescription },
    },
    handler: async (request, reply) => {
      const { code } = request.params;
      if (!isProblemCode(code)) throw notFound();
      const description = { code, ...PROBLEMS[code], ...DESCRIPTIONS[code] };
      void reply.header('vary', 'accept').header('cache-control', 'public, max-age=3600');
      if (!request.headers.accept?.includes('text/html')) return description;
      return reply
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .type('text/html; charset=utf-8')
        .serializer((text: unknown) => String(text))
        .send(errorPage(description).markup as never);
    },
  });
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
