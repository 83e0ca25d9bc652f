import { statSync } from 'node:fs'
import { connect } from 'node:net'

/**
 * What tells the file at `path` from every other that has stood or will stand there; undefined when none does.
 * The time of birth is part of it: file systems give a removed file's number to the next one.
 */
export function identifySocket(path: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true })
    return `${dev}:${ino}:${birthtimeNs}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A listener, even one that is too busy to accept, answers; a dead socket or any other file refuses. */
export type SocketProbe = 'answers' | 'refused' | 'missing'

/** Connects to the socket at `path` and hangs up. */
export function probeSocket(path: string): Promise<SocketProbe> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('answers')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EAGAIN') resolve('answers')
      else if (error.code === 'ENOENT') resolve('missing')
      else if (error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK') resolve('refused')
      else reject(error)
    })
  })
}
