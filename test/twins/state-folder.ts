import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for states, removed in the end. */
export function stateFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'twin-state-'))
  let copies = 0
  return {
    path: join(folder, 'state'),
    /** What a process that is killed now would leave behind, in a folder of its own. */
    leaveBehind(from: string): string {
      copies += 1
      const copy = join(folder, `killed-${copies}`)
      cpSync(from, copy, { recursive: true })
      return copy
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
