import { createRequire } from 'node:module';
import pg from 'pg';

/** A statement as the service sent it, and the shape of its result. */
export interface RecordedStatement {
  /** Which of its connections, by number. */
  connection: number;
  name?: string;
  text: string;
  /** As sent; bytes in base64. */
  values: (string | null | { base64: string })[];
  columns: string[];
  rowCount: number | null;
}

interface Query {
  name?: string;
  text: string;
  values?: unknown[];
}

type Run = (this: pg.Client, ...args: unknown[]) => Promise<pg.QueryResult> | undefined;

/** The conversion that pg applies to values. It is in no type definition. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils') as {
  prepareValue(value: unknown): string | Buffer | null;
};

/**
 * Records all statements that the service's role sends from now on, in every pool of this process. They are in the order
 * in which they ended: one that waits for another transaction comes after the end of that one.
 */
export function recordStatements(): { statements: RecordedStatement[]; stop(): void } {
  const statements: RecordedStatement[] = [];
  const connections = new Map<pg.Client, number>();
  const { prototype } = pg.Client as unknown as { prototype: { query: Run } };
  const { query } = prototype;
  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if ((this as { user?: string }).user !== 'countersign_service') return query.apply(this, args);
    if (!connections.has(this)) connections.set(this, connections.size);
    const statement = toStatement(args, connections.get(this) as number);
    const complete = (result: pg.QueryResult): void => {
      statement.columns = result.fields.map(({ name }) => name);
      statement.rowCount = result.rowCount;
      statements.push(statement);
    };
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const completing = (error: unknown, result: pg.QueryResult) => {
        if (!error) complete(result);
        callback(error, result);
      };
      return query.apply(this, [...args.slice(0, -1), completing]);
    }
    const result = query.apply(this, args);
    void result?.then(complete, () => undefined);
    return result;
  };
  return {
    statements,
    stop: () => {
      prototype.query = query;
    },
  };
}

function toStatement([first, second]: unknown[], connection: number): RecordedStatement {
  const { name, text, values }: Query = typeof first === 'string' ? { text: first } : (first as Query);
  const parameters = values ?? (Array.isArray(second) ? second : []);
  return {
    connection,
    ...(name !== undefined && { name }),
    text,
    values: parameters.map((value) => {
      const sent = prepareValue(value);
      return Buffer.isBuffer(sent) ? { base64: sent.toString('base64') } : sent;
    }),
    columns: [],
    rowCount: null,
  };
}
