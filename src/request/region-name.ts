/**
 * Tells whether a text may be used as an AWS region.
 *
 * A region becomes part of host names that credentials are sent to: `evil.com/` or `x@evil` must not get
 * that far. Lower-case words and numbers joined by dashes, the last one a number, as AWS has always named
 * regions (us-east-1, us-iso-east-1, eusc-de-east-1); at most 63 characters, a DNS label's limit.
 */
export function isRegionName(text: string): boolean {
  return text.length <= 63 && /^[a-z]{2,}(?:-[a-z0-9]+)*-[0-9]{1,2}$/.test(text)
}
