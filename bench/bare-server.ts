// The baseline: a Fastify route that returns the same number of bytes, without API key, database or AWS.
import Fastify from 'fastify';

const responseBody = {
  accessKeyId: 'ASIAQKWK3VHK3EQUTVLW',
  secretAccessKey: 'x'.repeat(40),
  sessionToken: 'x'.repeat(Number(process.env.TOKEN_LENGTH)),
  expiresAt: '2030-01-01T00:00:00.000Z',
  accountId: '111111111111',
  roleArn: 'arn:aws:iam::111111111111:role/CountersignAccess',
  sessionName: 'x'.repeat(64),
};

const app = Fastify();
app.post(
  '/v1/tenants/:tenantId/connections/:connectionId/credentials',
  {
    schema: {
      response: {
        200: {
          type: 'object',
          properties: Object.fromEntries(Object.keys(responseBody).map((name) => [name, { type: 'string' }])),
        },
      },
    },
  },
  async () => responseBody,
);
const url = await app.listen({ port: 0 });
process.on('SIGTERM', () => process.exit(0));
process.send?.(url);
