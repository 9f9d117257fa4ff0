import { createBrowser, type TestBrowser } from '../../test/harness/connect.ts';
import { createKey, type TestService } from '../../test/harness/service.ts';
import type { StaffRole } from '../identity/staff-role.ts';

/** Signs in with a new API key of this role, as a browser without script does. */
export async function signIn(
  service: TestService,
  role: StaffRole,
): Promise<TestBrowser & { keyId: string }> {
  const { id, key } = await createKey(service, { role, name: `${role} person` });
  const response = await createBrowser(service, null).post('/console/sign-in', { key, next: '' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? null;
  if (response.status !== 303 || cookie === null) throw new Error(`signing in failed: ${response.status}`);
  return { ...createBrowser(service, cookie), keyId: id };
}
