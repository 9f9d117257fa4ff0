import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAwsCli } from '../../test/harness/aws-cli.ts';
import { CUSTOMER, type TestService, VENDOR } from '../../test/harness/service.ts';
import { findAwsClis, newestOf, type RunOptions, testWithEach } from '../../test/harness/tools.ts';
import { heading, type PageTest, startPageTest, submitRole } from './page-test.fixture.ts';

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  pageTest = await startPageTest();
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

describe('the setup methods', () => {
  test.each([true, false])(
    'show the steps of the chosen one, by mouse and keyboard, with the script %s',
    async (javaScriptEnabled) => {
      await pageTest.asCustomer(
        async ({ page }) => {
          const steps = () => page.locator('.setup-method:visible h3').allTextContents();
          const method = (name: string) => page.getByRole('radio', { name });
          expect(await steps()).toEqual(['AWS CLI']);
          await method('Terraform').check();
          expect(await steps()).toEqual(['Terraform']);
          await page.keyboard.press('ArrowRight');
          expect(await steps()).toEqual(['Console']);
          await page.keyboard.press('ArrowRight');
          expect(await steps()).toEqual(['AWS CLI']);
          await method('CloudFormation').check();
          if (!javaScriptEnabled) return;
          await page.goto(page.url());
          expect(await steps(), 'the choice is stored').toEqual(['CloudFormation']);
        },
        { javaScriptEnabled },
      );
    },
  );

  test('fold code to three lines, and unfold it without the script', async () => {
    await pageTest.asCustomer(
      async ({ page }) => {
        const script = page.locator('#cli-script');
        const height = async () => (await script.boundingBox())?.height ?? 0;
        expect(await height()).toBeLessThan(80);
        await page.locator('#method-aws-cli').getByRole('checkbox').check();
        expect(await height()).toBeGreaterThan(300);
      },
      { javaScriptEnabled: false },
    );
  });

  test('have a button for each value that copies it exactly', async () => {
    await pageTest.asCustomer(async ({ page, context, tenant }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url });
      const clipboard = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
      await page.getByText('Values for your own template').click();
      await page.getByRole('button', { name: 'Copy External ID' }).click();
      await page.getByText('Copied').waitFor();
      expect(await clipboard()).toBe(tenant.externalId);
      await page.getByRole('button', { name: 'Copy AWS account of Larkspur Monitoring' }).click();
      await expect.poll(clipboard).toBe(VENDOR);
      await page.getByRole('radio', { name: 'Console' }).check();
      await page.getByRole('button', { name: 'Copy Trust policy' }).click();
      const kit = await service.admin.get(`${tenant.path}/setup`);
      await expect.poll(async () => JSON.parse(await clipboard())).toEqual(kit.body.trustPolicy);
    });
  });

  test('offer downloads that are named after the vendor, with the content that the API serves', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      for (const [tab, file, artifact] of [
        ['CloudFormation', 'larkspur-monitoring-role-cloudformation.yaml', 'cloudformation.yaml'],
        ['Terraform', 'larkspur-monitoring-role.tf', 'terraform.tf'],
      ] as const) {
        await page.getByRole('radio', { name: tab }).check();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name: `Download ${file}` }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(file);
        const { text } = await service.admin.get(`${tenant.path}/setup/${artifact}`);
        expect(await readFile(await download.path(), 'utf8')).toBe(text);
      }
    });
  });
});

test('checks the role while the customer types, with a message for each kind of mistake', async () => {
  await pageTest.asCustomer(async ({ page }) => {
    const input = page.getByLabel(/Role ARN/);
    const status = page.locator('#role-status');
    for (const [typed, sentence] of [
      ['11111111111', 'An AWS account ID has 12 digits; this one has 11.'],
      ['CountersignAccess', 'This looks like the name of a role.'],
      ['arn:aws:iam::111111111111:user/me', 'This is the ARN of a user, not a role.'],
      ['arn:aws:iam::111111111111:root', 'This is the ARN of the root user of an account'],
      ['arn:aws:sts::111111111111:assumed-role/X/me', 'This is the ARN of a session of a role'],
      ['arn:aws-cn:iam::111111111111:role/X', 'This role is in the AWS partition aws-cn'],
      ['arn:aws:iam::1111:role/X', 'An AWS account ID has 12 digits; the one in this ARN has 4.'],
      [`arn:aws:iam::${VENDOR}:role/X`, 'This role is in an AWS account of Larkspur Monitoring.'],
      ['arn:aws:iam::111111111111:role/aws-service-role/a/X', 'This is a service-linked role'],
      [
        'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/X',
        'This role belongs to AWS IAM Identity',
      ],
      ['arn:aws:iam::111111111111:role/My Role', 'This ARN contains a space.'],
      ['arn:aws:s3:::bucket', 'This ARN belongs to the service'],
    ] as const) {
      await input.fill(typed);
      await status.getByText(sentence).waitFor();
      expect(await input.getAttribute('aria-invalid')).toBe('true');
    }
    await input.fill(`  "arn:aws:iam::${CUSTOMER}:role/Fine" `);
    await status.getByText(`This means arn:aws:iam::${CUSTOMER}:role/Fine.`).waitFor();
    expect(await input.getAttribute('aria-invalid')).toBeNull();
  });
});

const options: RunOptions = { cwd: process.cwd(), env: { PATH: process.env.PATH, HOME: tmpdir() } };

testWithEach(
  newestOf(findAwsClis(options)),
  'the command of the AWS CLI tab, pasted into a shell, creates a role in the sandbox that can be connected',
  async (cli, index) => {
    await pageTest.asCustomer(async ({ page }) => {
      const account = `55555555555${index}`;
      const shown = (await page.locator('#cli-script').textContent()) ?? '';
      const command = shown.replaceAll(CUSTOMER, account);
      const { stdout } = await promisify(execFile)('sh', ['-c', command], withAwsCli(options, cli));
      expect(stdout.trim()).toBe(`arn:aws:iam::${account}:role/CountersignAccess`);
      await submitRole(page, stdout.trim());
      await heading(page, "You're connected.").waitFor();
    });
  },
);
