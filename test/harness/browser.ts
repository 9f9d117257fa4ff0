import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';

/** Screenshots of a run, to be looked at; git ignores them. */
export const ARTIFACTS = fileURLToPath(new URL('../../test-artifacts/', import.meta.url));

const ARGUMENTS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--hide-scrollbars',
];

/** The Chromium that comes inside an npm package: nothing is installed for it, and it runs for root as for anybody. */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpacked();
  const launch = (env: Record<string, string>): Promise<Browser> =>
    playwright.launch({
      executablePath: path.join(folder, 'chromium'),
      args: ARGUMENTS,
      env: { ...process.env, ...env },
    });
  try {
    return await launch({});
  } catch (error) {
    if (!String(error).includes('shared libraries')) throw error;
    return launch({ LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib') });
  }
}

/**
 * Where the package is unpacked, once for each user, since what one user unpacked another cannot start. It appears under
 * its name when it is whole: of two test files that unpack at once, none starts what the other is still writing.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8'));
  const folder = path.join(tmpdir(), `countersign-chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const mine = mkdtempSync(`${folder}-`);
  // For AWS Lambda the package unpacks the libraries too that a bare machine lacks.
  const environment = { TMPDIR: mine, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  await withEnvironment(environment, () => chromium.executablePath());
  try {
    renameSync(mine, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(mine, { recursive: true });
  }
  return folder;
}

async function withEnvironment<T>(environment: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the browser: console errors, CSP violations, exceptions, requests to anywhere else. */
  faults: string[];
}

export interface VisitOptions {
  origin: string;
  width?: number;
  colorScheme?: 'light' | 'dark';
  javaScriptEnabled?: boolean;
  reducedMotion?: 'reduce' | 'no-preference';
}

/** A browser of its own for one visitor, with everything written down that a page of ours must never do. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { origin, width = 1280, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    ...rest,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // A status that the test asked for is its own to judge.
    const status = /^Failed to load resource: the server responded with a status of 4\d\d/.test(
      message.text(),
    );
    if (['error', 'warning'].includes(message.type()) && !status) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) faults.push(`a request to ${request.url()}`);
  });
  return { page, context, faults };
}

/** What axe finds on the page as it is now, each with the elements; colours are checked too. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
    const result = await (globalThis as any).axe.run({ resultTypes: ['violations'] });
    return result.violations as {
      id: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }[];
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n${node.html}\n${node.failureSummary}`),
  );
}

export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`), fullPage });
}
