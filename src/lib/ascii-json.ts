/** JSON text with everything beyond printable ASCII (line feeds aside) as `\uXXXX`: the same value to every reader. */
export function asciiText(json: string): string {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
