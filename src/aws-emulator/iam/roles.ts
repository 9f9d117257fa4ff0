import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Tag } from '../protocol/read-tags.ts';

/** The unique IDs of the roles and users that a trust policy names, by their ARN. */
export type PrincipalIds = Readonly<Record<string, string>>;

/** An IAM role of the emulator. */
export interface Role {
  readonly partition: string;
  readonly accountId: string;
  /** `/` or `/…/`. */
  readonly path: string;
  readonly name: string;
  readonly id: string;
  /** RFC 3339, UTC, whole seconds. */
  readonly createdAt: string;
  /** The trust policy, unchanged from the request. */
  readonly trustPolicy: string;
  /** What the principals of the trust policy were resolved to when it was saved. */
  readonly principalIds?: PrincipalIds;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly permissionsBoundary?: string;
  readonly tags: readonly Tag[];
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicies: readonly string[];
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

/** The roles of all accounts, in memory. With a file, every change is also written to it. */
export class Roles {
  /** Signs session tokens. It is part of the file so that sessions survive a restart. */
  readonly secret: string;
  readonly #roles = new Map<string, Role>();
  readonly #file: string | undefined;

  /** @throws Error when the file exists but is not a state file of the emulator */
  constructor(file?: string, secret?: string) {
    this.#file = file;
    const state = file !== undefined && existsSync(file) ? readState(file) : undefined;
    this.secret = secret ?? state?.secret ?? randomBytes(32).toString('base64url');
    for (const role of state?.roles ?? []) this.#roles.set(storageKey(role, role.name), role);
    this.#writeState();
  }

  /** Finds a role by its exact name. Within an account, names are unique without regard to case. */
  find(owner: RoleOwner, name: string): Role | undefined {
    const role = this.#roles.get(storageKey(owner, name));
    return role?.name === name ? role : undefined;
  }

  findByArn(arn: string): Role | undefined {
    const [, partition = '', , , accountId = ''] = arn.split(':');
    const role = this.find({ partition, accountId }, arn.split('/').at(-1) ?? '');
    return role !== undefined && roleArn(role) === arn ? role : undefined;
  }

  isNameTaken(owner: RoleOwner, name: string): boolean {
    return this.#roles.has(storageKey(owner, name));
  }

  /** Lists the roles of an account, ordered by name. */
  list(owner: RoleOwner): Role[] {
    return [...this.#roles.values()]
      .filter(({ partition, accountId }) => partition === owner.partition && accountId === owner.accountId)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  save(role: Role): void {
    this.#roles.set(storageKey(role, role.name), role);
    this.#writeState();
  }

  delete(role: Role): void {
    this.#roles.delete(storageKey(role, role.name));
    this.#writeState();
  }

  /** Replaces the file atomically, so that a crash never leaves a partial one. */
  #writeState(): void {
    if (this.#file === undefined) return;
    const state: State = { secret: this.secret, roles: [...this.#roles.values()] };
    const temporaryFile = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(temporaryFile, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    // The mode of writeFileSync has no effect on a file that a crash left behind.
    chmodSync(temporaryFile, 0o600);
    renameSync(temporaryFile, this.#file);
  }
}

function storageKey({ partition, accountId }: RoleOwner, name: string): string {
  return `${partition}/${accountId}/${name.toLowerCase()}`;
}

function readState(file: string): State {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isState(state)) return state;
  } catch (cause) {
    throw new Error(`The AWS emulator cannot read its state file ${file}`, { cause });
  }
  throw new Error(`${file} is not a state file of the AWS emulator`);
}

function isState(value: unknown): value is State {
  return (
    typeof value === 'object' &&
    value !== null &&
    'secret' in value &&
    typeof value.secret === 'string' &&
    'roles' in value &&
    Array.isArray(value.roles)
  );
}
