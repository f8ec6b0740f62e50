import { describe, expect, test } from 'vitest'
import { wireId, wireUnixTime } from '../../kit/wire.ts'
import { openTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'

describe('an id', () => {
  test('is good for an address, whatever stands in it', () => {
    const ids = ['42', 'a/b', 'n\0l', 'half \ud800', 7].map((id) => wireId.parse(id))
    expect(ids.map((id) => decodeURIComponent(encodeURIComponent(id)))).toEqual(ids)
    expect(ids).toEqual(['42', 'a/b', 'n\0l', 'half \ufffd', '7'])
  })
})

describe('a time', () => {
  test('is one that the database has, or none', async () => {
    await using db = await openTestDatabase(testServers[0])
    const edges = [-2.1e11, 8.64e12].map((seconds) => wireUnixTime.parse(seconds))
    const held = await db.database.system.query<{ at: Date }>(`select unnest($1::timestamptz[]) as at`, [edges])
    expect(held.map(({ at }) => at)).toEqual(edges)
    for (const seconds of [-2.2e11, 8.65e12]) expect(wireUnixTime.safeParse(seconds).success).toBe(false)
  })
})
