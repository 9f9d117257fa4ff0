import { z } from 'zod';

/** A field of a form that may be left empty: browsers send it as an empty text. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema.optional());
