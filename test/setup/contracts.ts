import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import type { Checked } from './checked.ts'
import { sumUp } from './checked.ts'

const CONTRACTS = fileURLToPath(new URL('../../../shared/contracts/', import.meta.url))

/** Says at the end of a run how much was held against the providers' contracts, and fails it when that is too little, or broke one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(CONTRACTS)) {
    console.warn(`SKIPPED: there are no contracts in ${CONTRACTS}, so nothing is held against them`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-checked-'))
  project.provide('checkedIn', folder)
  return async () => {
    const { line, faults } = sumUp(await read(folder))
    await rm(folder, { recursive: true, force: true })
    if (line !== null) console.log(line)
    // Of single tests out of a file, a count says nothing.
    const counts = project.vitest.config.testNamePattern === undefined
    for (const fault of counts ? faults : []) console.error(fault)
    if (counts && faults.length > 0) process.exitCode = 1
  }
}

async function read(folder: string): Promise<Checked[]> {
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text): Checked[] => JSON.parse(text))
}
