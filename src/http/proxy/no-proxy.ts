import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Origin } from '../http-message.ts'

/** Whether an origin is reached without the proxy. */
type Rule = (origin: Origin) => boolean

/**
 * Reads NO_PROXY as Go does, for whoever comes from the official provider: entries with commas between them, each a name
 * (for it and the hosts below it), `.name` or `*.name` (for the hosts below it alone), an address, a network
 * `10.0.0.0/8`, any but the network with `:port` behind it, or `*`. Loopback is never reached through a proxy.
 *
 * Source: golang.org/x/net/http/httpproxy, Config.
 */
export function createNoProxy(text: string): Rule {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase())
  const rules = entries.flatMap((entry) => ruleOf(entry) ?? [])
  return (origin) => isLoopback(origin) || rules.some((rule) => rule(origin))
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback({ hostname }: Origin): boolean {
  return hostname === 'localhost' || holds(loopback, hostname)
}

function ruleOf(entry: string): Rule | undefined {
  if (entry === '') return undefined
  if (entry === '*') return () => true
  const network = networkOf(entry)
  if (network !== undefined) return ({ hostname }) => holds(network, hostname)
  const [host, port] = splitPort(entry)
  if (host === '') return undefined
  const fits = (origin: Origin) => port === '' || port === `${origin.port}`
  const family = isIP(host)
  if (family !== 0) {
    const address = new BlockList()
    address.addAddress(host, family === 6 ? 'ipv6' : 'ipv4')
    return (origin) => fits(origin) && holds(address, origin.hostname)
  }
  return domainRule(host, fits)
}

function domainRule(host: string, fits: Rule): Rule {
  const name = host.startsWith('*.') ? host.slice(1) : host
  const bare = name.startsWith('.') ? name.slice(1) : name
  const ascii = /^[!-~]*$/.test(bare) ? bare : domainToASCII(bare) || bare
  const withItself = !name.startsWith('.')
  return (origin) => {
    const asked = origin.hostname.toLowerCase()
    return fits(origin) && (asked.endsWith(`.${ascii}`) || (withItself && asked === ascii))
  }
}

/** `10.0.0.0/8`, `fd00::/8` */
function networkOf(entry: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const family = isIP(address)
  if (family === 0 || Number(bits) > (family === 6 ? 128 : 32)) return undefined
  const network = new BlockList()
  network.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4')
  return network
}

/** `host:80`, `[::1]:80`; an address of IPv6 without brackets has no port. */
function splitPort(entry: string): readonly [host: string, port: string] {
  const [, bracketed, after] = /^\[([^\]]*)\](?::(\d*))?$/.exec(entry) ?? []
  if (bracketed !== undefined) return [bracketed, after ?? '']
  const [, host, port] = /^([^:]*):([^:]*)$/.exec(entry) ?? []
  return host === undefined || port === undefined ? [entry, ''] : [host, port]
}

function holds(list: BlockList, hostname: string): boolean {
  const family = isIP(hostname)
  return family !== 0 && list.check(hostname, family === 6 ? 'ipv6' : 'ipv4')
}
