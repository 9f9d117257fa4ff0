import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAwsCli } from '../../test/harness/aws-cli.ts';
import { visit } from '../../test/harness/browser.ts';
import { createConnectLink, openLink, type TestBrowser } from '../../test/harness/connect.ts';
import {
  createConnectedTenant,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { findAwsClis, newestOf, type RunOptions, testWithEach } from '../../test/harness/tools.ts';
import { BROKEN_POLICIES } from '../policy-checks/broken-policies.fixture.ts';
import { heading, NOT_SECURE, type PageTest, startPageTest, submitRole } from './page-test.fixture.ts';

let pageTest: PageTest;
let service: TestService;

beforeAll(async () => {
  pageTest = await startPageTest();
  ({ service } = pageTest);
});
afterAll(() => pageTest?.close());

/** What the page says of a trust policy, and the policy to put in its place or the statement to add to it. */
async function pasted(by: TestBrowser, text: string) {
  const html = await (await by.post('/connect/policy-checks', { policy: text })).text();
  const plain = (markup: string) =>
    markup
      .replace(/<[^>]*>/g, '')
      .replace(/&(quot|lt|gt|#39|amp);/g, (_, name: string) => ENTITIES[name] as string);
  return {
    findings: [...html.matchAll(/<li class="(?:error|warning)">([\s\S]*?)<\/li>/g)].map(([, item = '']) =>
      plain(item.replace('</p><p>', '\n')),
    ),
    suggested: plain(/<pre id="suggested-(?:policy|statement)"[^>]*>([\s\S]*?)<\/pre>/.exec(html)?.[1] ?? ''),
    hasCommand: html.includes('id="suggested-policy-command"'),
  };
}

const ENTITIES: Record<string, string> = { quot: '"', lt: '<', gt: '>', '#39': "'", amp: '&' };

describe('a pasted trust policy', () => {
  let tenant: TestTenant;
  let by: TestBrowser;
  beforeAll(async () => {
    tenant = await createTenant(service);
    by = await openLink(service, (await createConnectLink(service, tenant)).url);
  });

  // That each of these suggestions is verified on a real role, src/policy-checks/routes.test.ts holds.
  test.each(BROKEN_POLICIES.map((policyCase) => [policyCase.name, policyCase] as const))(
    'is answered with all findings of the API and its suggested policy: %s',
    async (_, { policy }) => {
      const document = policy(tenant.externalId);
      const text = JSON.stringify(document, null, 2);
      const { body } = await service.admin.post(`${tenant.path}/trust-policy-checks`, { policy: text });
      const answer = await pasted(by, text);
      expect(answer.findings).toEqual(
        body.findings.map(
          ({ severity, line, path, message, fix }: Record<string, string>) =>
            `${severity === 'error' ? 'Error' : 'Note'}${line ? `, line ${line}` : path ? `, ${path}` : ''}. ${message}\n${fix}`,
        ),
      );
      expect(answer.findings.length).toBeGreaterThan(0);
      const isReplaced = body.suggestedChange === 'replace_policy';
      expect(answer.hasCommand).toBe(isReplaced);
      if (body.suggestedChange === 'none') expect(answer.suggested).toBe('');
      else
        expect(JSON.parse(answer.suggested)).toEqual(
          isReplaced ? body.suggestedPolicy : body.suggestedPolicy.Statement[0],
        );
    },
  );

  test.each([
    ['cut off', '{"Version": "2012-10-17", "Statement": [', 'Your text could not be read as a whole.'],
    [
      'a permissions policy',
      '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
      'Your text is a permissions policy',
    ],
    [
      'a statement',
      JSON.stringify(trustPolicy().Statement[0]),
      'Your text has statements without the policy',
    ],
  ])(
    'of which there is only a statement to add is answered with the reason: %s',
    async (_, policy, reason) => {
      const html = await (await by.post('/connect/policy-checks', { policy })).text();
      expect(html).toContain(`<h2>The statement to add</h2><p>${reason}`);
    },
  );

  test('is shown again with the lines of its findings, and can be edited and checked again', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      await page.getByText('Check a trust policy before you save it').click();
      const text = JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }), null, 2);
      await page.getByLabel('Trust policy of the role').fill(text);
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy is not secure').waitFor();
      const line = text.split('\n').findIndex((one) => one.includes('sts:ExternalId')) + 1;
      expect(await page.locator('.findings').innerText()).toContain(`line ${line}`);
      expect(await page.locator('.lines .highlighted').first().innerText()).toContain('sts:ExternalId');
      const suggested = await page.locator('#suggested-policy').innerText();
      expect(JSON.parse(suggested)).toEqual(trustPolicyRequiring(tenant.externalId));
      expect(await page.getByLabel('Trust policy of the role').inputValue()).toBe(text);
      await page.getByLabel('Trust policy of the role').fill(suggested);
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy is correct').waitFor();
      expect(await page.locator('#suggested-policy').count()).toBe(0);
    });
  });

  test('of an unsafe connection is answered with a command for its role and leads back to its verification', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      const name = `Own${tenant.id.slice(-8)}`;
      const policy = trustPolicy({ StringLike: { 'sts:ExternalId': '*' } });
      await submitRole(page, await putRole(service.aws, policy, { name }));
      await heading(page, NOT_SECURE).waitFor();
      await page.getByText('Paste your trust policy to see what is wrong').click();
      await page.getByLabel('Trust policy of the role').fill(JSON.stringify(policy));
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy is not secure').waitFor();
      expect(await page.locator('#suggested-policy-command').innerText()).toContain(`--role-name='${name}'`);
      const suggested = JSON.parse(await page.locator('#suggested-policy').innerText());
      await putRole(service.aws, suggested, { name, exists: true });
      await page.getByRole('button', { name: 'Verify connection' }).click();
      await heading(page, "You're connected.").waitFor();
      expect(page.url()).toContain('/connect/connections/connection_');
    });
  });

  test('that also allows another external ID is not presented as right', async () => {
    await pageTest.asCustomer(async ({ page, tenant }) => {
      const two = trustPolicy({ StringEquals: { 'sts:ExternalId': [tenant.externalId, 'another-1'] } });
      await page.getByText('Check a trust policy before you save it').click();
      await page.getByLabel('Trust policy of the role').fill(JSON.stringify(two));
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy works').waitFor();
      await page.getByText('The role can also be assumed with another external ID').waitFor();
      expect(await page.content()).not.toContain('and with no other');
    });
  });

  test("cannot be checked for another tenant's connection, which is answered like a missing one", async () => {
    const { connection } = await createConnectedTenant(service);
    const browser = await openLink(
      service,
      (await createConnectLink(service, await createTenant(service))).url,
    );
    const policy = JSON.stringify(trustPolicy());
    const theirs = await browser.post('/connect/policy-checks', { policy, connectionId: connection.id });
    expect(theirs.status).toBe(404);
    expect(await theirs.text()).not.toContain(connection.roleArn);
  });

  test('is kept in the form when the rate limit is exceeded', async () => {
    const strict = await startTestService({ replicaOf: service, config: { policyChecksPerMinute: 1 } });
    const tenant = await createTenant(service);
    const { body } = await strict.as(service.adminKey).post(`${tenant.path}/connect-links`, {});
    const { page, context, faults } = await visit(pageTest.browser, { origin: strict.url });
    await page.goto(body.url);
    const check = async () => {
      await page.getByLabel('Trust policy of the role').fill('{"mine": true}');
      const [answer] = await Promise.all([
        page.waitForResponse((answer) => answer.url().endsWith('/connect/policy-checks')),
        page.getByRole('button', { name: 'Check the policy' }).click(),
      ]);
      return answer;
    };
    await page.getByText('Check a trust policy before you save it').click();
    expect((await check()).status()).toBe(200);
    const refused = await check();
    expect(refused.status()).toBe(429);
    const wait = Number(await refused.headerValue('retry-after'));
    await heading(page, 'One moment, please').waitFor();
    await page.getByText(`Yours is still here: send it again in ${wait} s.`).waitFor();
    expect(await page.getByLabel('Trust policy of the role').inputValue()).toBe('{"mine": true}');
    service.clock.advance(wait);
    expect((await check()).status()).toBe(200);
    expect(faults).toEqual([]);
    await context.close();
    await strict.close();
  });
});

/** AWS settings that a customer's shell may have; the page's commands must work in spite of them. */
const customerAws = { AWS_PROFILE: 'mine', AWS_SESSION_TOKEN: 'mine', AWS_ACCESS_KEY_ID: 'mine' };
const options: RunOptions = {
  cwd: process.cwd(),
  env: { ...customerAws, PATH: process.env.PATH, HOME: tmpdir() },
};

testWithEach(
  newestOf(findAwsClis(options)),
  "the page's commands to create a role, show its policy and repair it ignore AWS settings of the customer's shell",
  async (cli) => {
    const run = async (command: string | null) => {
      const { stdout } = await promisify(execFile)('sh', ['-c', command ?? ''], withAwsCli(options, cli));
      return stdout.trim();
    };
    await pageTest.asCustomer(async ({ page, tenant }) => {
      const account = '444444444444';
      const name = `Shell${tenant.id.slice(-8)}`;
      await page.getByRole('radio', { name: 'Console' }).check();
      const create = (await page.locator('#create-by-hand').textContent()) ?? '';
      const mine = create.replaceAll('111111111111', account).replaceAll('CountersignAccess', name);
      const open = mine.replace('StringEquals', 'StringLike').replaceAll(tenant.externalId, '*');
      await submitRole(page, await run(open));
      await heading(page, NOT_SECURE).waitFor();
      await page.getByText('Paste your trust policy to see what is wrong').click();
      const pastedPolicy = await run(await page.locator('#show-policy').textContent());
      expect(pastedPolicy).toContain('StringLike');
      await page.getByLabel('Trust policy of the role').fill(pastedPolicy);
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await run(await page.locator('#suggested-policy-command').textContent());
      await page.getByRole('button', { name: 'Verify connection' }).click();
      await heading(page, "You're connected.").waitFor();
    });
  },
);
