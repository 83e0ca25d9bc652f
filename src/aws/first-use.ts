import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * Has Node and OpenSSL make now what they make at its first use and keep: the expression behind isIP, which each connection
 * asks several times (V8 compiles it at the first use, and again at the second), and the HMAC of signatures. Together some
 * 10 ms of a first mount.
 */
export function prepareFirstUse(): void {
  for (let use = 0; use < 2; use += 1) isIP('sts.amazonaws.com')
  createHmac('sha256', 'key').update('text').digest()
}
