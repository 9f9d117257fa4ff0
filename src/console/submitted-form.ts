import { z } from 'zod';
import { invalidRequest, Problem } from '../http/problem.ts';

/** The fields of a form as the browser sent them. */
export type FormValues = Readonly<Record<string, string>>;

/** The body of a form that is shown again if something in it is not valid, with what was typed. */
export const formBody = z.record(z.string(), z.string());

/** @throws Problem `validation_failed` with the field of each error */
export function parseFields<Schema extends z.ZodType>(schema: Schema, values: FormValues): z.infer<Schema> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'form', message })),
  );
}

/** Runs what a form asks for. Returns the problem instead if the person can solve it in the form. */
export async function submitForm<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result } | { problem: Problem }> {
  try {
    return { result: await work() };
  } catch (error) {
    const isSolvable =
      error instanceof Problem && ['validation_failed', 'conflict', 'not_found'].includes(error.code);
    if (isSolvable) return { problem: error };
    throw error;
  }
}

/** A field with several values: separated by white space or commas, each once. */
export const listField = z
  .string()
  .default('')
  .transform((text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))]);
