// The baseline of the start: Fastify and Prisma's client, ready after the first statement.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import Fastify from 'fastify';

const client = path.join(process.env.COMPILED, 'src', 'database', 'generated', 'client.js');
const { PrismaClient } = await import(pathToFileURL(client).href);
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) });
await prisma.$queryRaw`SELECT 1`;
const app = Fastify();
app.get('/readyz', async () => ({ ready: true }));
process.on('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
