/** An account ID alone, perhaps grouped by hyphens, as the AWS console shows it. */
const ACCOUNT_ID = /^\d{4}-?\d{4}-?\d{4}$/;

/**
 * Finds the account IDs in a list that a person pasted: one or several in a line, CSV with names, columns separated by
 * tabs or semicolons, or the JSON of `aws organizations list-accounts`. What looks like an ID but is none is returned
 * too, so that it is rejected with a message instead of being left out.
 */
export function parseAccountList(text: string): string[] {
  const json = parseJson(text);
  return json === undefined ? text.split(/\r\n?|\n/).flatMap(findInLine) : findInJson(json);
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An account has other members with 12 digits: its ARN begins with the ID of the management account. */
function findInJson(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => findInJson(item, 'Id'));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) => findInJson(member, name));
  const isId = /^(aws[_-]?)?(account([_-]?id)?|id)$/i.test(key);
  return isId && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [];
}

function findInLine(line: string): string[] {
  const isNumeric = /^[\d\s,;|"'.-]*$/.test(line);
  // The AWS console shows IDs in three groups; a spreadsheet may separate them by spaces.
  const joined = isNumeric ? line.replace(/\b(\d{4}) (\d{4}) (\d{4})\b/g, '$1$2$3') : line;
  const cells = joined.split(/[\s,;|"']+/).filter((cell) => /\d/.test(cell) || !isNumeric);
  const ids = cells.filter((cell) => ACCOUNT_ID.test(cell));
  if (isNumeric) return cells;
  if (ids.length > 0) return ids;
  // A line without any digit is a title.
  return /\d/.test(line) ? [line.trim().slice(0, 60)] : [];
}
