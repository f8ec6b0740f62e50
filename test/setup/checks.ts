import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, inject } from 'vitest'
import { hearChecks } from '../../twins/checks.ts'
import type { ContractCheck } from '../../twins/checks.ts'
import { tally } from './checked.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder where each test file leaves what it had held against contracts. */
    checkedIn: string
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const checks: ContractCheck[] = []
const hearing = hearChecks((check) => void checks.push(check))

// Whatever a test file starts is closed by now: hooks end in the reverse order, and this one was first.
afterAll(() => {
  hearing[Symbol.dispose]()
  if (checks.length === 0) return
  const file = relative(root, expect.getState().testPath ?? '')
  writeFileSync(join(inject('checkedIn'), `${randomUUID()}.json`), JSON.stringify(tally(file, checks)))
})
