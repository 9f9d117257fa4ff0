import { AwsError } from './aws-error.ts';

/** The parameters of a request in the AWS query protocol. */
export class QueryParameters {
  readonly #values = new Map<string, string>();

  /** @throws AwsError MalformedInput for a duplicate parameter, because the value to use would be ambiguous */
  constructor(body: string) {
    for (const [name, value] of new URLSearchParams(body)) {
      if (this.#values.has(name))
        throw new AwsError('MalformedInput', `The parameter ${name} is given more than once.`);
      this.#values.set(name, value);
    }
  }

  /** `undefined` when the parameter is absent; an empty string when it is empty. */
  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Reads a list of strings from `<name>.member.1`, `<name>.member.2`, …; `undefined` when it is absent. */
  list(name: string): string[] | undefined {
    const items = this.#memberPaths(name).map((path) => this.#values.get(path));
    return items.length === 0 ? undefined : items.map((item) => item ?? '');
  }

  /** Reads a list of structures from `<name>.member.1.<field>`, …. */
  structures<Field extends string>(
    name: string,
    fields: readonly Field[],
  ): Record<Field, string | undefined>[] {
    return this.#memberPaths(name).map(
      (path) =>
        Object.fromEntries(fields.map((field) => [field, this.#values.get(`${path}.${field}`)])) as Record<
          Field,
          string | undefined
        >,
    );
  }

  #memberPaths(name: string): string[] {
    const prefix = `${name}.member.`;
    const indexes = [...this.#values.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => /^\d{1,4}/.exec(key.slice(prefix.length))?.[0])
      .filter((index) => index !== undefined);
    return [...new Set(indexes)].sort((a, b) => Number(a) - Number(b)).map((index) => `${prefix}${index}`);
  }
}
