import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** An IAM role of the local AWS. */
export interface Role {
  readonly partition: string;
  readonly accountId: string;
  /** `/` or `/…/`. */
  readonly path: string;
  readonly name: string;
  readonly id: string;
  /** RFC 3339, UTC, whole seconds. */
  readonly createdAt: string;
  /** The trust policy as it was sent. */
  readonly trustPolicy: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly permissionsBoundary?: string;
  readonly tags: readonly Tag[];
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicies: readonly string[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type RoleOwner = Pick<Role, 'partition' | 'accountId'>;

export function roleArn({
  partition,
  accountId,
  path,
  name,
}: Pick<Role, 'partition' | 'accountId' | 'path' | 'name'>): string {
  return `arn:${partition}:iam::${accountId}:role${path}${name}`;
}

interface State {
  readonly secret: string;
  readonly roles: readonly Role[];
}

/** All roles of all accounts, in memory and, if there is a file, in it after each change. */
export class Roles {
  /** Signs session tokens; in the file so that sessions outlive a restart. */
  readonly secret: string;
  readonly #roles = new Map<string, Role>();
  readonly #file: string | undefined;

  /** @throws Error when the file is there and is not one of ours. */
  constructor(file?: string, secret?: string) {
    this.#file = file;
    const state = file !== undefined && existsSync(file) ? readState(file) : undefined;
    this.secret = secret ?? state?.secret ?? randomBytes(32).toString('base64url');
    for (const role of state?.roles ?? []) this.#roles.set(keyOf(role, role.name), role);
    this.#save();
  }

  /** By name; names differ by more than case within an account, yet are found only as written. */
  find(owner: RoleOwner, name: string): Role | undefined {
    const role = this.#roles.get(keyOf(owner, name));
    return role?.name === name ? role : undefined;
  }

  isTaken(owner: RoleOwner, name: string): boolean {
    return this.#roles.has(keyOf(owner, name));
  }

  /** All roles of an account by name, as ListRoles shows them. */
  list(owner: RoleOwner): Role[] {
    return [...this.#roles.values()]
      .filter(({ partition, accountId }) => partition === owner.partition && accountId === owner.accountId)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  put(role: Role): void {
    this.#roles.set(keyOf(role, role.name), role);
    this.#save();
  }

  delete(role: Role): void {
    this.#roles.delete(keyOf(role, role.name));
    this.#save();
  }

  /** Written beside and moved over: a crash leaves the old file or the new one, never half of one. */
  #save(): void {
    if (this.#file === undefined) return;
    const state: State = { secret: this.secret, roles: [...this.#roles.values()] };
    const beside = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    // The mode above counts only for a new file, and one may be left over from a crash.
    chmodSync(beside, 0o600);
    renameSync(beside, this.#file);
  }
}

function keyOf({ partition, accountId }: RoleOwner, name: string): string {
  return `${partition}/${accountId}/${name.toLowerCase()}`;
}

function readState(file: string): State {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<State>;
    if (typeof state.secret === 'string' && Array.isArray(state.roles))
      return { secret: state.secret, roles: state.roles };
  } catch (cause) {
    throw new Error(`The sandbox cannot read its state file ${file}`, { cause });
  }
  throw new Error(`${file} is not a state file of the sandbox`);
}
