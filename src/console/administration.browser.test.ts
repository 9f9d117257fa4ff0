import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAxeViolations } from '../../test/harness/browser.ts';
import { type ConsoleTest, startConsoleTest } from './console-test.fixture.ts';

let console: ConsoleTest;

beforeAll(async () => {
  console = await startConsoleTest();
});
afterAll(() => console?.close());

test.each([true, false])(
  'an admin creates a key, sees it once, and revokes it after confirming; script: %s',
  async (javaScriptEnabled) => {
    const name = `key with script ${javaScriptEnabled}`;
    await console.asStaff(
      'admin',
      async ({ page }) => {
        await page.goto(`${console.service.url}/console`);
        await page.getByRole('link', { name: 'API keys' }).click();
        await page.getByRole('link', { name: 'New API key' }).click();
        await page.getByLabel('Name').fill(name);
        await page.getByLabel('Role').selectOption('support');
        await page.getByLabel('Tenant IDs').fill('not an ID');
        await page.getByRole('button', { name: 'Create the key' }).click();
        expect(await page.getByLabel('Name').inputValue()).toBe(name);
        expect(await page.getByText('must be an ID like').isVisible()).toBe(true);
        if (javaScriptEnabled) expect(await findAxeViolations(page)).toEqual([]);
        await page.getByLabel('Tenant IDs').fill('');
        await page.getByRole('button', { name: 'Create the key' }).click();
        const key = (await page.locator('#api-key').textContent()) ?? '';
        const { status } = await console.service.as(key.trim()).get('/v1/tenants');
        expect(status).toBe(200);
        if (javaScriptEnabled) expect(await findAxeViolations(page)).toEqual([]);

        await page.getByRole('link', { name: 'Done' }).click();
        const row = page.getByRole('row', { name });
        await row.locator('summary').click();
        await row.getByRole('button', { name: 'Revoke this key' }).click();
        await page.getByText('The key was revoked').waitFor();
        expect((await console.service.as(key.trim()).get('/v1/tenants')).status).toBe(401);
      },
      { javaScriptEnabled },
    );
  },
);

test('support finds in the audit log what happened to a tenant, and sees nothing of what only admins do', async () => {
  await console.asStaff('support', async ({ page }) => {
    await page.goto(`${console.service.url}/console/audit`);
    const labels = await page.locator('nav.side-bar a').allTextContents();
    expect(labels).toEqual(['Overview', 'Tenants', 'Connections', 'Rotations', 'Audit log']);
    expect(await page.getByRole('button', { name: 'Verify the log' }).count()).toBe(0);
    await page.getByLabel('Action').selectOption('connection.degraded');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.locator('tbody summary').click();
    expect(await page.locator('.detail-json').textContent()).toContain(console.fleet.degraded.id);
  });
});

test('an auditor verifies the log and takes a checkpoint', async () => {
  await console.asStaff('auditor', async ({ page }) => {
    await page.goto(`${console.service.url}/console/audit`);
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page.getByRole('heading', { name: 'The audit log is intact' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.goBack();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Signed checkpoint' }).click();
    expect((await download).suggestedFilename()).toMatch(/^checkpoint-.*\.json$/);
  });
});

test('onboarding sees the progress of rotations, and cancels one after confirming', async () => {
  await console.asStaff('onboarding', async ({ page }) => {
    await page.goto(`${console.service.url}/console/rotations`);
    expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await page.getByText('0 of 2 moved').waitFor();
    await page.locator('tbody summary', { hasText: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel this rotation' }).click();
    await page.getByText('The rotation was canceled. The successor').waitFor();
  });
});
