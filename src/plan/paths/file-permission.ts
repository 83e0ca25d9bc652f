/**
 * Reads a filePermission: exactly four octal digits, of which the permission bits alone are applied
 * (4755 gives 0o755). Undefined for any other text.
 */
export function parseFilePermission(text: string): number | undefined {
  return /^[0-7]{4}$/.test(text) ? Number.parseInt(text, 8) & 0o777 : undefined
}
