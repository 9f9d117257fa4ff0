import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { cacheFolder } from './cache-folder.ts';

/** The folder of a run's screenshots; git ignores it. */
const ARTIFACTS = fileURLToPath(new URL('../../test-artifacts/', import.meta.url));

const require = createRequire(import.meta.url);
/** The minified source: a browser reads the other, of 1.5 MB, in twice the time, and each page needs it anew. */
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const ARGUMENTS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--hide-scrollbars',
];

const FONTS_FILE = 'countersign-fonts.conf';

/**
 * Starts the Chromium that an npm package contains. It needs no installation, and it also runs as root. The package is for
 * Linux on x64; on other platforms Google Chrome must be installed.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return playwright.launch({ channel: 'chrome' });
  const folder = await unpackChromium();
  const fonts = { FONTCONFIG_FILE: path.join(folder, FONTS_FILE) };
  const launch = (env: Record<string, string>): Promise<Browser> =>
    playwright.launch({
      executablePath: path.join(folder, 'chromium'),
      args: ARGUMENTS,
      env: { ...process.env, ...fonts, ...env },
    });
  try {
    return await launch({});
  } catch (error) {
    if (!String(error).includes('shared libraries')) throw error;
    return launch({ LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib') });
  }
}

/** Unpacks Chromium once for each user, because a user cannot start what another unpacked. Returns the folder. */
async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8'));
  return cacheFolder(`countersign-chromium-${version}-fonts`, async (unfinished, folder) => {
    // Only for AWS Lambda does the package also unpack the shared libraries that a bare machine lacks.
    const environment = { TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
    await withEnvironment(environment, () => chromium.executablePath());
    writeFileSync(path.join(unfinished, FONTS_FILE), fontSettings(folder));
  });
}

/** Adds the package's fonts to those of the machine: without any font, Chromium crashes on a page with text. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

async function withEnvironment<T>(environment: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const previous = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const [name, value] of previous) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors in the browser: console errors, CSP violations, exceptions, and requests to other origins. */
  faults: string[];
}

export interface VisitOptions {
  origin: string;
  width?: number;
  colorScheme?: 'light' | 'dark';
  javaScriptEnabled?: boolean;
  reducedMotion?: 'reduce' | 'no-preference';
  /** The language that the browser prefers, such as `de-AT`. */
  locale?: string;
}

/** Opens a separate browser context for one visitor, and records everything that our pages must never do. */
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
    // Tests check the status of their own requests.
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

/** Runs axe on the page in its present state, and returns each accessibility violation with its elements. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe defines this global
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

/** Takes a screenshot of the whole page for people to look at, if SCREENSHOTS is set. A test run does without these. */
export async function screenshotForReview(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS) await screenshot(page, name, true);
}

export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`), fullPage });
}
