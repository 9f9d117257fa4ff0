import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DOCUMENT_TEXT, type JsonSchema } from './openapi-document.fixture.ts';

/** Validates values by the schemas of the document. Returns the errors of a value as text, or null. */
export function createSchemaValidator(): (schema: JsonSchema, value: unknown) => string | null {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', ...JSON.parse(DOCUMENT_TEXT) });
  const validators = new Map<string, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
    const validate = validators.get(text) ?? ajv.compile(JSON.parse(text));
    validators.set(text, validate);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };
}
