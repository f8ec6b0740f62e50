import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readManifest } from './packages.ts'

let programs: string

/** Puts a compiler that does nothing in the place of the real one, and a Node that says which process it is. */
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'switchboard-scripts-'))
  for (const [name, line] of [
    ['tsc', 'exit 0'],
    ['node', 'echo $$'],
  ] as const) {
    await writeFile(join(programs, name), `#!/bin/sh\n${line}\n`)
    await chmod(join(programs, name), 0o755)
  }
})

afterAll(() => rm(programs, { recursive: true, force: true }))

// npm hands a signal to the shell alone: a Node below it would go on, and keep its port and its database.
it.each(['start', 'gateway', 'subgraphs', 'ingest', 'twins'])('gets the signals that npm run %s gets', async (name) => {
  const { pid, said } = await runScript(readManifest().scripts[name] ?? `echo no script ${name}`)
  expect(said).toBe(String(pid))
})

function runScript(script: string): Promise<{ readonly pid: number | undefined; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const env = { PATH: `${programs}:/usr/bin:/bin` }
    const shell = execFile('/bin/sh', ['-c', script], { env }, (error, stdout) =>
      error === null ? resolve({ pid: shell.pid, said: stdout.trim() }) : reject(error),
    )
  })
}
