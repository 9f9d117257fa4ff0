import { AwsError } from '../aws-error.ts';

/** What AWS's own interface description says of a parameter; lengths in characters. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  /** Must match as a whole; shown in the message as AWS shows it. */
  readonly pattern?: RegExp;
}

/** Collects what is wrong with the parameters of one request, to be told at once as AWS does. */
export class Validation {
  readonly #failures: string[] = [];

  text(name: string, value: string | undefined, constraint: Constraint): void {
    if (value === undefined) return;
    const { min, max, pattern } = constraint;
    if (min !== undefined && value.length < min)
      this.#fail(name, value, `have length greater than or equal to ${min}`);
    if (max !== undefined && value.length > max)
      this.#fail(name, value, `have length less than or equal to ${max}`);
    if (pattern && !pattern.test(value)) {
      this.#fail(name, value, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
    }
  }

  required(name: string, value: string | undefined, constraint: Constraint): string {
    if (value === undefined) {
      this.#failures.push(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
    }
    this.text(name, value, constraint);
    return value ?? '';
  }

  integer(
    name: string,
    value: string | undefined,
    { min = 0, max = Number.MAX_SAFE_INTEGER }: Constraint,
  ): number | undefined {
    if (value === undefined) return undefined;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw new AwsError('MalformedInput', `${name} must be an integer.`);
    if (number < min) this.#fail(name, value, `have value greater than or equal to ${min}`);
    if (number > max) this.#fail(name, value, `have value less than or equal to ${max}`);
    return number;
  }

  /** @throws AwsError ValidationError when any check failed. */
  done(): void {
    const count = this.#failures.length;
    if (count === 0) return;
    const found = `${count} validation error${count === 1 ? '' : 's'} detected`;
    throw new AwsError('ValidationError', `${found}: ${this.#failures.join('; ')}`);
  }

  #fail(name: string, value: string, must: string): void {
    const shown = value.length > 200 ? `${value.slice(0, 200)}…` : value;
    this.#failures.push(`Value '${shown}' at '${name}' failed to satisfy constraint: Member must ${must}`);
  }
}
