import { spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A listener that never accepts: once its queue is full, the kernel drops every further SYN, as a dead network does. */
const listener = `
require('node:net').createServer().listen({ host: process.argv[1], port: 443, backlog: 1 }, () => {
  process.stdout.write('x')
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})`

/** Makes an address at which nothing ever connects on port 443. Gives what ends it. */
export async function openBlackHole(address: string): Promise<() => void> {
  const child = spawn(process.execPath, ['-e', listener, address], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  await sleep(50)
  const fillers: Socket[] = []
  while (await connects(address, fillers)) {
    if (fillers.length > 16) throw new Error('the queue of the black hole does not fill')
  }
  return () => {
    child.kill('SIGKILL')
    for (const socket of fillers) socket.destroy()
  }
}

function connects(address: string, fillers: Socket[]): Promise<boolean> {
  const socket = connect(443, address)
  fillers.push(socket)
  socket.on('error', () => undefined)
  return Promise.race([
    new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true))),
    sleep(300, false),
  ])
}
