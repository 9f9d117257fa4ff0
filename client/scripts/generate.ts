import openapiTypes, { astToString } from 'openapi-typescript';

const NOTICE = '// Made by `npm run docs`. Change the routes of the service, not this file.\n\n';

interface Document {
  components: { schemas: Record<string, unknown> };
}

/** The types of the API as the client sees it, from the service's own OpenAPI document. */
export async function clientTypes(openapi: string): Promise<string> {
  const document = JSON.parse(openapi) as Document;
  const { schemas } = document.components;
  // Each schema is described twice, as it is sent and as it is received; what no route refers to is left out.
  for (const name of Object.keys(schemas)) {
    if (!openapi.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  }
  const nodes = await openapiTypes(document as never, { alphabetize: false, emptyObjectsUnknown: true });
  return NOTICE + astToString(nodes);
}

/** The closed list of error codes, at run time too: what is not in it comes of a service newer than the client. */
export function clientCodes(codes: readonly string[]): string {
  const list = codes.map((code) => `  '${code}',\n`).join('');
  return `${NOTICE}export const PROBLEM_CODES = [\n${list}] as const;\n`;
}
