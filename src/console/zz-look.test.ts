import { afterAll, beforeAll, test } from 'vitest';
import { screenshot, findAxeViolations } from '../../test/harness/browser.ts';
import { type ConsoleTest, startConsoleTest } from './console-test.fixture.ts';
let c: ConsoleTest;
beforeAll(async () => { c = await startConsoleTest(); }, 60000);
afterAll(() => c?.close());
test.each([[1280, 'light'], [360, 'dark']] as const)('look %d', async (width, colorScheme) => {
  await c.asStaff('admin', async ({ page }) => {
    const u = c.service.url;
    await page.goto(`${u}/console/api-keys`); await page.locator('tbody summary').first().click();
    await page.screenshot({ path: `test-artifacts/zz-revoke-${width}.png` });
    const v = await findAxeViolations(page);
    await page.mouse.click(5, 700);
    process.stdout.write(`\n@@ ${JSON.stringify(v)} open ${await page.locator('details[open]').count()}\n`);
  }, { width, colorScheme });
}, 100000);
