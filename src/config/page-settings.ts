import { type BrandFile, type FileType, FONT, LOGO, readBrandFile } from './brand-file.ts';
import type { Mode } from './conflicts.ts';
import type { Environment } from './environment.ts';
import { SANDBOX_BRAND } from './sandbox-brand.ts';

/** Appearance and embedding of the hosted page. */
export interface PageSettings {
  /** An e-mail address or a URL where customers get help. */
  support: string | null;
  colour: string;
  logo: BrandFile | null;
  /** null: `logo` is for both themes. */
  darkLogo: BrandFile | null;
  font: BrandFile | null;
  /** Names of fonts of the device, the preferred one first. */
  fontFamilies: string[];
  /** The vendor's sentence for new customers, by language; always has `en`. */
  message: Readonly<Record<string, string>> | null;
  frameAncestors: string[];
}

/** Reads the settings and their files at startup. Errors are added to `problems`. */
export function readPageSettings(mode: Mode, env: Environment, problems: string[]): PageSettings {
  const read = (name: BrandFileVariable, type: FileType): BrandFile | null =>
    readBrandFile({ name, file: env[name], ...type }, problems);
  const settings: PageSettings = {
    support: env.COUNTERSIGN_VENDOR_SUPPORT ?? null,
    colour: env.COUNTERSIGN_VENDOR_COLOR.toLowerCase(),
    logo: read('COUNTERSIGN_VENDOR_LOGO_FILE', LOGO),
    darkLogo: read('COUNTERSIGN_VENDOR_LOGO_DARK_FILE', LOGO),
    font: read('COUNTERSIGN_VENDOR_FONT_FILE', FONT),
    fontFamilies: env.COUNTERSIGN_VENDOR_FONT_FAMILY?.split(',').map((name) => name.trim()) ?? [],
    message: env.COUNTERSIGN_VENDOR_MESSAGE ?? null,
    frameAncestors: env.COUNTERSIGN_FRAME_ANCESTORS,
  };
  if (settings.darkLogo !== null && env.COUNTERSIGN_VENDOR_LOGO_FILE === undefined)
    problems.push('COUNTERSIGN_VENDOR_LOGO_DARK_FILE is set, but COUNTERSIGN_VENDOR_LOGO_FILE is not');
  return mode === 'sandbox' && env.COUNTERSIGN_VENDOR_NAME === undefined
    ? addSandboxBrand(settings)
    : settings;
}

/** The vendor of the sandbox has a brand of its own, unless the variables set another. */
function addSandboxBrand(settings: PageSettings): PageSettings {
  const { support, message, logo, darkLogo } = SANDBOX_BRAND;
  return {
    ...settings,
    support: settings.support ?? support,
    message: settings.message ?? message,
    ...(settings.logo === null && { logo, darkLogo }),
  };
}

type BrandFileVariable =
  | 'COUNTERSIGN_VENDOR_LOGO_FILE'
  | 'COUNTERSIGN_VENDOR_LOGO_DARK_FILE'
  | 'COUNTERSIGN_VENDOR_FONT_FILE';
