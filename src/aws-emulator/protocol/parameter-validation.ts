import { AwsError } from './aws-error.ts';

/** The constraints that the AWS API reference lists for a parameter; lengths are in characters. */
interface Constraint {
  readonly min?: number;
  readonly max?: number;
  /** Anchored at both ends; the error message shows it without the anchors, as AWS does. */
  readonly pattern?: RegExp;
}

/** Collects the invalid parameters of one request, because AWS reports all of them in one error. */
export class ParameterValidation {
  readonly #failures: string[] = [];

  checkText(name: string, value: string | undefined, constraint: Constraint): void {
    if (value === undefined) return;
    const { min, max, pattern } = constraint;
    if (min !== undefined && value.length < min)
      this.#addFailure(name, value, `have length greater than or equal to ${min}`);
    if (max !== undefined && value.length > max)
      this.#addFailure(name, value, `have length less than or equal to ${max}`);
    if (pattern && !pattern.test(value)) {
      this.#addFailure(name, value, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
    }
  }

  requireText(name: string, value: string | undefined, constraint: Constraint): string {
    if (value === undefined) {
      this.#failures.push(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
    }
    this.checkText(name, value, constraint);
    return value ?? '';
  }

  parseInteger(
    name: string,
    value: string | undefined,
    { min = 0, max = Number.MAX_SAFE_INTEGER }: Constraint,
  ): number | undefined {
    if (value === undefined) return undefined;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw new AwsError('MalformedInput', `${name} must be an integer.`);
    if (number < min) this.#addFailure(name, value, `have value greater than or equal to ${min}`);
    if (number > max) this.#addFailure(name, value, `have value less than or equal to ${max}`);
    return number;
  }

  /** @throws AwsError ValidationError when any parameter is invalid */
  assertValid(): void {
    const count = this.#failures.length;
    if (count === 0) return;
    const summary = `${count} validation error${count === 1 ? '' : 's'} detected`;
    throw new AwsError('ValidationError', `${summary}: ${this.#failures.join('; ')}`);
  }

  #addFailure(name: string, value: string, requirement: string): void {
    const shownValue = value.length > 200 ? `${value.slice(0, 200)}…` : value;
    this.#failures.push(
      `Value '${shownValue}' at '${name}' failed to satisfy constraint: Member must ${requirement}`,
    );
  }
}
