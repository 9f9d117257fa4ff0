// The baseline of the start: Fastify and Prisma's client, ready after the first statement.
import { PrismaPg } from '@prisma/adapter-pg';
import Fastify from 'fastify';
import { PrismaClient } from '../src/database/generated/client.ts';

const connectionString = process.env.DATABASE_URL;
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
await prisma.$queryRaw`SELECT 1`;
const app = Fastify();
app.get('/readyz', async () => ({ ready: true }));
process.on('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
