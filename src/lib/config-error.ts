/** The configuration cannot be used; each line names the variable at fault. */
export class ConfigError extends Error {
  constructor(lines: string[]) {
    super(`The configuration is not usable:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}
