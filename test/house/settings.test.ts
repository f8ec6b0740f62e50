import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { root } from './tree.ts'

/** Names that stand at the start of a line before `mark`. */
function namesIn(file: string, pattern: RegExp): readonly string[] {
  return [...readFileSync(`${root}/${file}`, 'utf8').matchAll(pattern)].map(([, name]) => name ?? '').toSorted()
}

const read = ['config.ts', 'provider-settings.ts'].flatMap((file) => namesIn(file, /^ {2}([A-Z][A-Z_]+):/gm))

it('explains every setting that is read, and no other', () => {
  expect(read).toContain('DATABASE_URL')
  const ofCompose = ['POSTGRES_PASSWORD']
  expect(namesIn('.env.example', /^([A-Z_]+)=/gm)).toEqual([...read, ...ofCompose].toSorted())
})

it('passes only settings that are read to the containers', () => {
  const passed = namesIn('docker-compose.yml', /^ {2}([A-Z][A-Z_]+):/gm)
  expect(passed).toContain('SWITCHBOARD_KEYS')
  expect(passed.filter((name) => !read.includes(name))).toEqual([])
})
