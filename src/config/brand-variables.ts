import { z } from 'zod';

const FONT_FAMILIES = /^[\p{L}\p{N}][\p{L}\p{N} _-]*(, *[\p{L}\p{N}][\p{L}\p{N} _-]*)*$/u;

const MAX_MESSAGE_CHARACTERS = 200;
const MESSAGE_ERROR = `must be a sentence of at most ${MAX_MESSAGE_CHARACTERS} characters, or a JSON object with one for each language, which must include "en"`;

const sentence = z.string().trim().min(1).max(MAX_MESSAGE_CHARACTERS);
const sentences = z.record(z.string().regex(/^[a-z]{2}$/), sentence);

/** The key `en` is what customers read whose language has no sentence of its own. */
const vendorMessage = z.string().transform((text, context) => {
  const value = text.trim().startsWith('{') ? parseJson(text) : { en: text };
  const parsed = sentences.safeParse(value);
  if (parsed.success && parsed.data.en !== undefined) return parsed.data;
  context.addIssue({ code: 'custom', message: MESSAGE_ERROR });
  return z.NEVER;
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The variables of the vendor's appearance on the hosted page. */
export const BRAND = {
  COUNTERSIGN_VENDOR_SUPPORT: z
    .union([z.email(), z.url({ protocol: /^https$/ })], {
      error: 'must be an e-mail address or an https URL',
    })
    .optional()
    .describe(
      "Where the vendor's customers get help: an e-mail address or an https URL, shown on the hosted page. Unset: none.",
    ),
  COUNTERSIGN_VENDOR_LOGO_FILE: z
    .string()
    .optional()
    .describe(
      'Path of an SVG or PNG file of at most 256 KB, shown on the hosted page instead of the name. Unset: the name.',
    ),
  COUNTERSIGN_VENDOR_LOGO_DARK_FILE: z
    .string()
    .optional()
    .describe(
      'Path of the logo for the dark theme, like `COUNTERSIGN_VENDOR_LOGO_FILE`, which it needs. Unset: the same logo.',
    ),
  COUNTERSIGN_VENDOR_FONT_FILE: z
    .string()
    .optional()
    .describe(
      'Path of a WOFF2 file of at most 512 KB: the font of the hosted page. A variable font has all weights that the page uses. Unset: the fonts of the device.',
    ),
  COUNTERSIGN_VENDOR_FONT_FAMILY: z
    .string()
    .max(200)
    .regex(FONT_FAMILIES, 'must be names of fonts, separated by commas')
    .optional()
    .describe(
      'Fonts of the device that the hosted page uses, by their names, separated by commas; after `COUNTERSIGN_VENDOR_FONT_FILE`. Unset: the system font.',
    ),
  COUNTERSIGN_VENDOR_MESSAGE: vendorMessage
    .optional()
    .describe(
      'A sentence for new customers, at most 200 characters, at the top of the hosted page; or a JSON object with a sentence for each language, such as `{"en":"…","de":"…"}`. Unset: none.',
    ),
  COUNTERSIGN_VENDOR_COLOR: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a color like #1a2b3c')
    .default('#0b5cad')
    .describe(
      'Color of buttons and links on the hosted page. A color with too little contrast is made darker or lighter.',
    ),
};
