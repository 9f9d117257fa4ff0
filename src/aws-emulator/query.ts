import { AwsError } from './aws-error.ts';

/** The parameters of a request in the AWS query protocol. */
export class Query {
  readonly #values = new Map<string, string>();

  /** @throws AwsError MalformedInput when a parameter stands twice: which one counts would be anybody's guess. */
  constructor(body: string) {
    for (const [name, value] of new URLSearchParams(body)) {
      if (this.#values.has(name))
        throw new AwsError('MalformedInput', `The parameter ${name} stands more than once.`);
      this.#values.set(name, value);
    }
  }

  /** `undefined` when it was not sent; an empty text when it was sent empty. */
  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A list of texts, sent as `<name>.member.1`, `<name>.member.2`, …; `undefined` when it was not sent. */
  list(name: string): string[] | undefined {
    const items = this.#members(name).map((path) => this.#values.get(path));
    return items.length === 0 ? undefined : items.map((item) => item ?? '');
  }

  /** A list of structures, sent as `<name>.member.1.<field>`. */
  structures<Field extends string>(
    name: string,
    fields: readonly Field[],
  ): Record<Field, string | undefined>[] {
    return this.#members(name).map(
      (path) =>
        Object.fromEntries(fields.map((field) => [field, this.#values.get(`${path}.${field}`)])) as Record<
          Field,
          string | undefined
        >,
    );
  }

  #members(name: string): string[] {
    const prefix = `${name}.member.`;
    const indexes = [...this.#values.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => /^\d{1,4}/.exec(key.slice(prefix.length))?.[0])
      .filter((index) => index !== undefined);
    return [...new Set(indexes)].sort((a, b) => Number(a) - Number(b)).map((index) => `${prefix}${index}`);
  }
}
