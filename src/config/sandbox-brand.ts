import type { BrandFile } from './brand-file.ts';

const buildLogo = (text: string, mark: string): BrandFile => ({
  mediaType: 'image/svg+xml',
  content: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="176" height="32" viewBox="0 0 176 32">
<path d="M4 26c0-9 4-16 10-21 6 5 10 12 10 21-4-1-8-1-10 2-2-3-6-3-10-2z" fill="none" stroke="${mark}" stroke-width="2.5" stroke-linejoin="round"/>
<path d="M8 19h3l2-6 3 9 2-3h3" fill="none" stroke="${mark}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>
<text x="34" y="22" font-family="system-ui, 'Segoe UI', 'Open Sans', sans-serif" font-size="18" font-weight="600" fill="${text}">Larkspur</text>
</svg>
`),
});

/** What the sandbox's vendor, Larkspur Monitoring, has configured. */
export const SANDBOX_BRAND = {
  support: 'support@larkspur.example',
  message: {
    en: 'Larkspur watches your workloads and warns you before your users notice.',
    de: 'Larkspur überwacht Ihre Workloads und warnt Sie, bevor Ihre Nutzer etwas bemerken.',
    fr: 'Larkspur surveille vos charges de travail et vous alerte avant vos utilisateurs.',
    es: 'Larkspur supervisa sus cargas de trabajo y le avisa antes de que lo noten sus usuarios.',
    ja: 'Larkspur はワークロードを監視し、ユーザーが気づく前にお知らせします。',
  },
  logo: buildLogo('#1a1f26', '#5b3fb5'),
  darkLogo: buildLogo('#e6eaee', '#b9a5f5'),
};
