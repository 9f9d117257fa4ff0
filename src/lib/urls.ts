const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL may be put before people as a place to go: https, or http on this very machine. */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

export function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Whether what is read from a URL can only come from whom it names; with nothing in it that is not an address. */
export function isSourceUrl(text: string): boolean {
  if (!isTrustworthyUrl(text) || /[#\s]/.test(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
