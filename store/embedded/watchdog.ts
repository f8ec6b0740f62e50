import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { childOptions } from './cluster.ts'
import type { Place } from './place.ts'

/** How long a server stays up after its owner was killed: a restart within this time adopts it. */
export const GRACE_SECONDS = 3

/**
 * Runs as the server's user, and waits on a pipe from its owner. A word means "all is well, go"; the pipe's end without one means that the owner was
 * killed: then it stops the server, unless another owner has written its name into the folder meanwhile.
 */
const SCRIPT = `
if read -r word; then exit 0; fi
sleep ${GRACE_SECONDS}
[ "$(cat "$1/owner" 2>/dev/null)" = "$2" ] || exit 0
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) || exit 0
[ -n "$pid" ] && kill -INT "$pid"
`

/** A small process that stops the server when its owner could not. */
export interface Watchdog {
  /** Sends it away; the server is then somebody else's to stop. */
  dismiss(): void
}

/**
 * Sets a watchdog on the server of a folder, in the name of this process. Nothing of it keeps this process alive.
 *
 * Windows has none: there a server left by a kill stays until it is adopted.
 */
export function setWatchdog(place: Place): Watchdog {
  const owner = join(place.folder, 'owner')
  const name = `${process.pid} ${randomUUID()}`
  writeFileSync(owner, name, { mode: 0o644 })
  const child = process.platform === 'win32' ? null : watch(place, name)
  return {
    dismiss() {
      child?.stdin?.end('go\n')
      rmSync(owner, { force: true })
    },
  }
}

function watch(place: Place, name: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'switchboard-watchdog', place.folder, name], {
    ...childOptions(place),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell there is no watchdog: the server of a killed owner then waits to be adopted.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return child
}
