import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { AuthorityRewriter } from './authority-rewriter.ts'

/** HTTP/2 has no use for a connection that is closed one way: whoever hung up takes no answer. */
const hangUpMs = 1_000

/**
 * The connection of a driver as Node's HTTP/2 can take it: all bytes as they are, but `:authority` without
 * slashes (see dashSlashesOfAuthority). It owns the socket: closing or destroying one closes the other, and
 * back-pressure goes through both ways. The socket must have been accepted with allowHalfOpen.
 *
 * It passes on from the first byte: drivers send requests only after they have seen the server's settings.
 */
export function shimAuthority(socket: Socket): Duplex {
  const rewriter = new AuthorityRewriter()
  const shim = new Duplex({
    allowHalfOpen: true,
    read() {
      socket.resume()
    },
    write(chunk, _encoding, done) {
      socket.write(chunk, done)
    },
    writev(chunks, done) {
      socket.cork()
      chunks.forEach(({ chunk }, position) => {
        socket.write(chunk, position === chunks.length - 1 ? done : undefined)
      })
      socket.uncork()
    },
    final(done) {
      socket.end(done)
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.pause()
  socket.on('data', (chunk: Buffer) => {
    const ready = rewriter.push(chunk)
    if (ready !== undefined && !shim.push(ready)) socket.pause()
  })
  socket.on('end', () => {
    const rest = rewriter.finish()
    if (rest !== undefined) shim.push(rest)
    shim.push(null)
    // Node's HTTP/2 closes by itself then; Deno's does not, and would keep every driver that ever hung up.
    const timer = setTimeout(() => shim.destroy(), hangUpMs)
    timer.unref()
    shim.once('close', () => clearTimeout(timer))
  })
  socket.on('error', (error) => shim.destroy(error))
  socket.on('close', () => shim.destroy())
  // A connection that breaks is the driver's to open again; without a listener it would end the process.
  shim.on('error', () => undefined)
  return shim
}
