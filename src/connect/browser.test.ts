import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type Visit, type VisitOptions, visit } from '../../test/harness/browser.ts';
import { createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  CUSTOMER,
  connected,
  createTenant,
  demanding,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  VENDOR,
} from '../../test/harness/service.ts';
import { BROKEN } from '../policy-checks/broken-policies.fixture.ts';

const RETURN_URL = 'https://app.example.com/aws?step=3';

let service: TestService;
let browser: Browser;

beforeAll(async () => {
  const config = { returnUrls: ['https://app.example.com/aws'], verificationsPerMinute: 10_000 };
  service = await startTestService({ config });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

/** A customer who has opened a link; whatever the browser complains of fails the test. */
async function customer(
  work: (visit: Visit & { tenant: TestTenant; url: string }) => Promise<void>,
  { link = {}, tenant, ...options }: Partial<VisitOptions> & { link?: object; tenant?: TestTenant } = {},
): Promise<void> {
  const own = tenant ?? (await createTenant(service));
  const { url } = await createConnectLink(service, own, link);
  const visited = await visit(browser, { origin: service.url, ...options });
  try {
    await visited.page.goto(url);
    await work({ ...visited, tenant: own, url });
    expect(visited.faults).toEqual([]);
  } finally {
    await visited.context.close();
  }
}

async function submitRole(page: Page, role: string): Promise<void> {
  await page.getByLabel(/ARN of the role/).fill(role);
  await page.getByRole('button', { name: 'Check the role' }).click();
}

/** A customer's way through the page with a trust policy that they wrote; what it says of it, and the policy that is then right. */
async function pasted(policy: (externalId: string) => unknown) {
  const tenant = await createTenant(service);
  const { url } = await createConnectLink(service, tenant);
  const browser = await openLink(service, url);
  const document = policy(tenant.externalId);
  const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2);
  const html = await (await browser.post('/connect/policy-checks', { policy: text })).text();
  const plain = (markup: string) =>
    markup
      .replace(/<[^>]*>/g, '')
      .replace(/&(quot|lt|gt|#39|amp);/g, (_, name: string) => ENTITIES[name] as string);
  return {
    tenant,
    findings: [...html.matchAll(/<li class="(?:error|warning)">([\s\S]*?)<\/li>/g)].map(([, item = '']) =>
      plain(item.replace('</p><p>', '\n')),
    ),
    suggested: plain(/<pre id="suggested-policy"[^>]*>([\s\S]*?)<\/pre>/.exec(html)?.[1] ?? '') || text,
  };
}

const ENTITIES: Record<string, string> = { quot: '"', lt: '<', gt: '>', '#39': "'", amp: '&' };

const hasAws = (() => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const states = (page: Page) =>
  page.locator('[data-probe]').evaluateAll((rows) => rows.map((row) => row.dataset.state));

describe('the way from the link to "connected"', () => {
  test('goes by the ARN of the role, and back to the vendor with what became of it', async () => {
    await customer(
      async ({ page, tenant }) => {
        expect(new URL(page.url()).pathname).toBe('/connect');
        await heading(page, 'Connect your AWS account to Your vendor').waitFor();
        await submitRole(page, await putRole(service.aws, demanding(tenant.externalId)));
        await heading(page, 'Connected').waitFor();
        expect(await states(page)).toEqual(['good', 'good', 'good', 'good', 'good']);
        const { body } = await service.admin.get(`${tenant.path}/connections`);
        expect(body.data).toMatchObject([{ status: 'verified' }]);
        const back = await page.getByRole('link', { name: 'Go on to Your vendor' }).getAttribute('href');
        expect(back).toBe(`${RETURN_URL}&connectionId=${body.data[0].id}&status=verified`);
      },
      { link: { returnUrl: RETURN_URL } },
    );
  });

  test('goes by the account ID alone when the role has the name of the kit, spaces and hyphens included', async () => {
    await customer(async ({ page, tenant }) => {
      await putRole(service.aws, demanding(tenant.externalId), {
        name: 'CountersignAccess',
        account: '222222222222',
      });
      await page.getByLabel(/ARN of the role/).fill('  2222-2222-2222 ');
      await page.getByText('This means arn:aws:iam::222222222222:role/CountersignAccess.').waitFor();
      await page.keyboard.press('Enter');
      await heading(page, 'Connected').waitFor();
      await heading(page, 'Account 222222222222').waitFor();
    });
  });

  test('goes without script: everything is shown, and forms are answered with pages', async () => {
    await customer(
      async ({ page, tenant }) => {
        for (const name of ['AWS CLI', 'CloudFormation', 'Terraform', 'Console'])
          await heading(page, name).waitFor();
        expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
        await submitRole(page, 'arn:aws:iam::111111111111:user/me');
        await page.getByText('This ARN names a user, not a role.').waitFor();
        expect(await page.getByLabel(/ARN of the role/).inputValue()).toBe(
          'arn:aws:iam::111111111111:user/me',
        );
        await submitRole(page, await putRole(service.aws, demanding(tenant.externalId)));
        await heading(page, 'Not checked yet').waitFor();
        await page.getByRole('button', { name: 'Check now' }).click();
        await heading(page, 'Connected').waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        await page.getByRole('button', { name: 'Make a link for a colleague' }).click();
        await page.getByText(`${service.url}/connect/csl_`).waitFor();
      },
      { javaScriptEnabled: false },
    );
  });

  test('is left and found again as it was, in another browser too, for several accounts one after the other', async () => {
    const tenant = await createTenant(service);
    await customer(
      async ({ page }) => {
        await submitRole(page, await putRole(service.aws, demanding(tenant.externalId)));
        await heading(page, 'Connected').waitFor();
        await page.getByRole('link', { name: 'Connect another account' }).click();
        const unsafe = await putRole(service.aws, trustPolicy(), { account: '333333333333' });
        await submitRole(page, unsafe);
        await heading(page, 'This role is not safe, and is not used').waitFor();
        await page.getByRole('link', { name: 'Back to all accounts' }).click();
        // The same role again leads to the same connection.
        await submitRole(page, unsafe);
        await heading(page, 'This role is not safe, and is not used').waitFor();
      },
      { tenant },
    );
    await customer(
      async ({ page }) => {
        const items = await page.locator('.connections li').allInnerTexts();
        expect(items).toHaveLength(2);
        expect(items[0]).toMatch(/Connected\s+Account 111111111111/);
        expect(items[1]).toMatch(/Not safe\s+Account 333333333333/);
      },
      { tenant },
    );
  });

  test('can be handed to a colleague, who gets a link of their own', async () => {
    await customer(async ({ page, tenant }) => {
      await page.getByRole('button', { name: 'Make a link for a colleague' }).click();
      const link = (await page.locator('#colleague-link').innerText()).trim();
      expect(link).toMatch(/\/connect\/csl_[0-9a-f]{64}$/);
      const colleague = await visit(browser, { origin: service.url });
      await colleague.page.goto(link);
      await colleague.page.getByText(tenant.externalId).first().waitFor({ state: 'attached' });
      expect(colleague.faults).toEqual([]);
      await colleague.context.close();
    });
  });

  test('can be left, after which this browser sees nothing more', async () => {
    await customer(async ({ page }) => {
      await page.getByRole('button', { name: 'Leave this page in this browser' }).click();
      await heading(page, 'You have left the page').waitFor();
      await page.goto(`${service.url}/connect`);
      await heading(page, 'Open the link you were sent').waitFor();
    });
  });
});

describe('the ways to create the role', () => {
  test('are tabs by mouse and keyboard, and the choice is remembered', async () => {
    await customer(async ({ page }) => {
      const tab = (name: string) => page.getByRole('tab', { name, exact: true });
      await tab('Terraform').click();
      expect(await page.getByRole('tabpanel').count()).toBe(1);
      await page.getByRole('tabpanel', { name: 'Terraform' }).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel', { name: 'Console' }).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel', { name: 'AWS CLI' }).waitFor();
      await page.keyboard.press('End');
      expect(await tab('Console').getAttribute('aria-selected')).toBe('true');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Console');
      await page.reload();
      await page.getByRole('tabpanel', { name: 'Console' }).waitFor();
      expect(await tab('AWS CLI').getAttribute('tabindex')).toBe('-1');
    });
  });

  test('have a button for each value that copies it to the letter', async () => {
    await customer(async ({ page, context, tenant }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.url });
      const clipboard = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
      await page.getByText('Only the values').click();
      await page.getByRole('button', { name: 'Copy External ID' }).click();
      await page.getByText('Copied').waitFor();
      expect(await clipboard()).toBe(tenant.externalId);
      await page.getByRole('button', { name: "Copy Vendor's AWS account" }).click();
      await expect.poll(clipboard).toBe(VENDOR);
      await page.getByRole('tab', { name: 'Console' }).click();
      await page.getByRole('button', { name: 'Copy the trust policy' }).click();
      const kit = await service.admin.get(`${tenant.path}/setup`);
      await expect.poll(async () => JSON.parse(await clipboard())).toEqual(kit.body.trustPolicy);
    });
  });

  test('have downloads with names that tell whose they are, with what the API serves', async () => {
    await customer(async ({ page, tenant }) => {
      for (const [tab, file, artifact] of [
        ['CloudFormation', 'your-vendor-role-cloudformation.yaml', 'cloudformation.yaml'],
        ['Terraform', 'your-vendor-role.tf', 'terraform.tf'],
      ] as const) {
        await page.getByRole('tab', { name: tab }).click();
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

test('what is typed is checked as typed, each mistake with its own sentence', async () => {
  await customer(async ({ page }) => {
    const input = page.getByLabel(/ARN of the role/);
    const says = page.locator('#role-says');
    for (const [typed, sentence] of [
      ['11111111111', 'An AWS account ID has 12 digits; this has 11.'],
      ['CountersignAccess', "This looks like a role's name alone."],
      ['arn:aws:iam::111111111111:user/me', 'This ARN names a user, not a role.'],
      ['arn:aws:iam::111111111111:root', 'This ARN names a root, not a role.'],
      ['arn:aws:sts::111111111111:assumed-role/X/me', 'This ARN names a session of a role'],
      ['arn:aws-cn:iam::111111111111:role/X', 'This role lies in the partition aws-cn'],
      ['arn:aws:iam::1111:role/X', 'An AWS account ID has 12 digits; this ARN has one of 4.'],
      [`arn:aws:iam::${VENDOR}:role/X`, "This role lies in the vendor's own account."],
      ['arn:aws:iam::111111111111:role/aws-service-role/a/X', 'This is a service-linked role'],
      [
        'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/X',
        'This role belongs to AWS IAM Identity',
      ],
      ['arn:aws:iam::111111111111:role/My Role', 'There is a space in this ARN.'],
      ['arn:aws:s3:::bucket', 'This ARN is not of IAM'],
    ] as const) {
      await input.fill(typed);
      await says.getByText(sentence).waitFor();
      expect(await input.getAttribute('aria-invalid')).toBe('true');
    }
    await input.fill(`  "arn:aws:iam::${CUSTOMER}:role/Fine" `);
    await says.getByText(`This means arn:aws:iam::${CUSTOMER}:role/Fine.`).waitFor();
    expect(await input.getAttribute('aria-invalid')).toBeNull();
  });
});

describe('a role that cannot be used', () => {
  test.each<[string, object | undefined, string, string]>([
    ['no condition', undefined, '"Action": "sts:AssumeRole"', 'bad bad bad bad'],
    ['a star', { StringLike: { 'sts:ExternalId': '*' } }, '"sts:ExternalId": "*"', 'good bad bad bad'],
    [
      'a star at its end',
      { StringLike: { 'sts:ExternalId': 'ID*' } },
      '"sts:ExternalId": "ID*"',
      'good good good bad',
    ],
    [
      'case ignored',
      { StringEqualsIgnoreCase: { 'sts:ExternalId': 'ID' } },
      '"StringEqualsIgnoreCase": {',
      'good good bad good',
    ],
    [
      'IfExists',
      { StringEqualsIfExists: { 'sts:ExternalId': 'ID' } },
      '"StringEqualsIfExists": {',
      'bad good good good',
    ],
  ])(
    'is refused with the likely policy beside the right one, mended, and connected: %s',
    async (_, condition, likely, seen) => {
      await customer(async ({ page, tenant }) => {
        const written = JSON.parse(
          JSON.stringify(condition ?? null)
            .replaceAll('ID', tenant.externalId)
            .replaceAll(`sts:External${tenant.externalId}`, 'sts:ExternalId'),
        );
        const name = `Mended${tenant.id.slice(-8)}`;
        const role = await putRole(service.aws, trustPolicy(written ?? undefined), { name });
        await submitRole(page, role);
        await heading(page, 'This role is not safe, and is not used').waitFor();
        expect((await states(page)).join(' ')).toBe(`good ${seen}`);
        expect(await page.evaluate('document.activeElement.id')).toBe('result');
        const removed = (await page.locator('.diff .removed').allInnerTexts()).join('\n');
        expect(removed).toContain(likely.replace('ID*', `${tenant.externalId}*`));
        const added = (await page.locator('.diff .added').allInnerTexts()).join('\n');
        expect(removed.includes('StringEquals": {') || added.includes('"StringEquals": {')).toBe(true);
        await putRole(service.aws, demanding(tenant.externalId), { name, exists: true });
        await page.getByRole('button', { name: 'Check again' }).click();
        await heading(page, 'Connected').waitFor();
      });
    },
  );

  test('but does not let us in yet is tried again by itself, as the page says, until it does', async () => {
    await customer(async ({ page, tenant }) => {
      await page.clock.install();
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Later${tenant.id.slice(-8)}`);
      await page.getByText('AWS does not let us in yet.').waitFor();
      await page.getByText(/Next try in \d+ s\./).waitFor();
      await putRole(service.aws, demanding(tenant.externalId), { name: `Later${tenant.id.slice(-8)}` });
      await page.clock.runFor(6_000);
      await heading(page, 'Connected').waitFor();
    });
  });

  test('and does not let us in for two minutes ends with what is wrong', async () => {
    await customer(async ({ page }) => {
      await page.clock.install();
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Never`);
      const ended = heading(page, 'AWS does not let us in');
      const next = page.getByText(/Next try in \d+ s\./);
      let tries = 1;
      for (; tries < 40; tries++) {
        await next.or(ended).waitFor();
        if (await ended.isVisible()) break;
        await page.clock.runFor(15_000);
      }
      await ended.waitFor();
      expect(tries).toBeGreaterThan(5);
      await page.getByText('Check that its trust policy is the one of the setup kit').waitFor();
    });
  });

  test('need not be waited for', async () => {
    await customer(async ({ page }) => {
      await submitRole(page, `arn:aws:iam::${CUSTOMER}:role/Impatient`);
      await page.getByRole('button', { name: 'Do not wait: show what is wrong' }).click();
      await heading(page, 'AWS does not let us in').waitFor();
    });
  });
});

describe('a pasted trust policy', () => {
  test.each(BROKEN.map((broken) => [broken.named, broken] as const))(
    'is told what is wrong with it, and the corrected one is connected: %s',
    async (_, { policy, codes }) => {
      const answer = await pasted(policy);
      expect(answer.findings.length, codes.join()).toBeGreaterThan(0);
      for (const finding of answer.findings) expect(finding).toMatch(/\S.*\n\n?.*\S/);
      const name = `Pasted${answer.tenant.id.slice(-10)}`;
      const role = await putRole(service.aws, JSON.parse(answer.suggested), { name });
      const connection = await service.admin.post(`${answer.tenant.path}/connections`, { roleArn: role });
      const { body } = await service.admin.post(
        `${answer.tenant.path}/connections/${connection.body.id}/verification`,
      );
      expect(body.outcome).toBe('verified');
    },
  );

  test('names the line of each fault, and is there to be changed and checked again', async () => {
    await customer(async ({ page, tenant }) => {
      await page.getByText('Check a trust policy').click();
      const text = JSON.stringify(trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }), null, 2);
      await page.getByLabel('Trust policy of the role').fill(text);
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy is not safe').waitFor();
      const line = text.split('\n').findIndex((one) => one.includes('sts:ExternalId')) + 1;
      expect(await page.locator('.findings').innerText()).toContain(`line ${line}`);
      expect(await page.locator('.lines .marked').first().innerText()).toContain('sts:ExternalId');
      const suggested = await page.locator('#suggested-policy').innerText();
      expect(JSON.parse(suggested)).toEqual(demanding(tenant.externalId));
      expect(await page.getByLabel('Trust policy of the role').inputValue()).toBe(text);
      await page.getByLabel('Trust policy of the role').fill(suggested);
      await page.getByRole('button', { name: 'Check the policy' }).click();
      await heading(page, 'This policy is right').waitFor();
      expect(await page.locator('#suggested-policy').count()).toBe(0);
    });
  });
});

test('what AWS does not answer is told, tried again, and says nothing against the role', async () => {
  await customer(async ({ page, tenant }) => {
    await page.clock.install();
    const role = await putRole(service.aws, demanding(tenant.externalId));
    service.aws.faults.set('garbage', { roleArn: role });
    await submitRole(page, role);
    await page.getByText('AWS did not answer every question. We try again by ourselves').waitFor();
    service.aws.faults.clear();
    await page.getByText(/Next try in/).waitFor();
    await page.clock.runFor(11_000);
    await heading(page, 'Connected').waitFor();
  });
});

test('when the checks of this minute are used up, the page waits for the next and says so', async () => {
  const strict = await startTestService({ beside: service, config: { verificationsPerMinute: 1 } });
  const tenant = await createTenant(service);
  const { body } = await strict.as(service.adminKey).post(`${tenant.path}/connect-links`, {});
  const { page, context, faults } = await visit(browser, { origin: strict.url });
  await page.clock.install();
  await page.goto(body.url);
  await submitRole(page, await putRole(service.aws, demanding(tenant.externalId)));
  await heading(page, 'Connected').waitFor();
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('Many checks were made in the last minute').waitFor();
  await page.getByText(/Next try in/).waitFor();
  service.clock.advance(60);
  await page.clock.runFor(61_000);
  await heading(page, 'Connected').waitFor();
  expect(faults).toEqual([]);
  await context.close();
  await strict.close();
});

describe('an attacker', () => {
  const EVIL = `"><script>top.hit=1</script><img src=x onerror=top.hit=1>'\`\${top.hit=1}{{7*7}}</textarea><svg/onload=top.hit=1>`;

  test('runs nothing through the names of tenant and vendor, ARNs, policies and profiles', async () => {
    const { vendor } = service.deps.config;
    const evil = await startTestService({ beside: service, config: { vendor: { ...vendor, name: EVIL } } });
    const admin = evil.as(service.adminKey);
    const { body: tenant } = await admin.post('/v1/tenants', { name: EVIL, reference: EVIL });
    await admin.post('/v1/profiles', { name: 'evil', description: EVIL });
    const { body: link } = await admin.post(`/v1/tenants/${tenant.id}/connect-links`, { profile: 'evil' });
    const { page, context, faults } = await visit(browser, { origin: evil.url });
    await page.goto(link.url);
    expect(await page.locator('.tenant b').textContent()).toBe(EVIL);
    await page.getByLabel(/ARN of the role/).fill(`arn:aws:iam::111111111111:role/${EVIL}`);
    await page.locator('.says.bad').waitFor();
    await page.getByRole('button', { name: 'Check the role' }).click();
    await page.locator('.says.bad').waitFor();
    await page.getByText('Check a trust policy').click();
    await page.getByLabel('Trust policy of the role').fill(`{"Version": "${EVIL}", ${EVIL}`);
    await page.getByRole('button', { name: 'Check the policy' }).click();
    await page.locator('.findings').waitFor();
    expect(await page.evaluate('top.hit')).toBeUndefined();
    expect(await page.locator('script').count()).toBe(1);
    expect(faults).toEqual([]);
    await context.close();
    await evil.close();
  });

  test('cannot put the page into a frame of another site', async () => {
    const { url } = await createConnectLink(service, await createTenant(service));
    const frame = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(`<iframe src="${url}"></iframe>`),
    ).listen(0, '127.0.0.1');
    await once(frame, 'listening');
    const { port } = frame.address() as { port: number };
    const { page, context, faults } = await visit(browser, { origin: `http://127.0.0.1:${port}` });
    await page.goto(`http://127.0.0.1:${port}/`);
    await expect.poll(() => faults.join()).toMatch(/frame-ancestors/);
    expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0);
    await context.close();
    frame.close();
  });

  test("with tenant B's link sees and does nothing of tenant A", async () => {
    const { tenant: a, connection } = await connected(service);
    await customer(async ({ page }) => {
      await page.goto(`${service.url}/connect/connections/${connection.id}`);
      await heading(page, 'That cannot be done').waitFor();
      expect(await page.content()).not.toContain(a.externalId);
      // B names A's role: it demands A's external ID, and B's page can only ever send B's.
      await page.goto(`${service.url}/connect`);
      await submitRole(page, connection.roleArn);
      await page.getByRole('button', { name: 'Do not wait: show what is wrong' }).click();
      await heading(page, 'AWS does not let us in').waitFor();
      expect(await page.content()).not.toContain(a.externalId);
    });
  });
});

test.skipIf(!hasAws)(
  'the command of the AWS CLI tab, pasted into a shell, leads to "connected" in the sandbox (skipped where there is no AWS CLI)',
  async () => {
    await customer(async ({ page }) => {
      const command = await page.locator('#cli-script').textContent();
      const { stdout } = await promisify(execFile)('sh', ['-c', command ?? ''], {
        env: { PATH: process.env.PATH, HOME: tmpdir() },
      });
      expect(stdout.trim()).toBe(`arn:aws:iam::${CUSTOMER}:role/CountersignAccess`);
      await submitRole(page, stdout.trim());
      await heading(page, 'Connected').waitFor();
    });
  },
);

test('a link that was withdrawn while the page is open says so at the next step', async () => {
  const tenant = await createTenant(service);
  const roleArn = await putRole(service.aws, demanding(tenant.externalId));
  await customer(
    async ({ page }) => {
      const { body } = await service.admin.get(`${tenant.path}/connect-links`);
      await service.admin.delete(`${tenant.path}/connect-links/${body.data[0].id}`);
      await page.getByLabel(/ARN of the role/).fill(roleArn);
      await page.locator('#role-says').getByText('has withdrawn it').waitFor();
      await page.getByRole('button', { name: 'Check the role' }).click();
      await heading(page, 'This link was withdrawn').waitFor();
    },
    { tenant },
  );
});
