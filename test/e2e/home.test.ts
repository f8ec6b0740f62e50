import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram, type Program } from './program.ts'

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

test.each(['twins', 'ingest', 'all'] as const)(
  'the role %s says which setting to change when its home cannot be written',
  async (role) => {
    // A file where a folder should be stops root, too.
    const file = join(program.folder, 'file')
    await writeFile(file, '')
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing'
    const refused = program.run(role, { DATABASE_URL, SWITCHBOARD_HOME: join(file, 'home') })
    expect(await refused.ended).toBe(1)
    expect(refused.lines[0]).toBe('these settings cannot be used:')
    expect(refused.lines.slice(1)).toEqual([expect.stringMatching(/^ {2}- SWITCHBOARD_HOME: .* cannot be kept in /)])
  },
)
