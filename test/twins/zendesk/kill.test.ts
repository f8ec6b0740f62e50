import { expect, it } from 'vitest'
import { startKillable, writeUntilKilled } from '../killable.ts'
import { at, number, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { stateFolder } from '../state-folder.ts'

const program = new URL('child.ts', import.meta.url)

it('has everything it answered and announced after kill -9 in the middle of work, and no id twice', async () => {
  using folder = stateFolder()
  await using hooks = await receive()
  const tickets = new Map<number, Json>()
  for (let round = 0; round < 4; round += 1) {
    await using twin = await startKillable(program, folder.path, hooks.url)
    const wanted = 12 + round * 4
    let count = 0
    // The kill comes when that many have been answered.
    await writeUntilKilled(twin, [1, 2, 3, 4], async (writer) => {
      const requester = { name: `Writer ${writer}`, email: `writer${writer}@example.com` }
      const made = await twin.ask('POST', '/tickets', { ticket: { requester, comment: { body: 'Hi' } } })
      const id = number(made, 'ticket', 'id')
      expect(tickets.has(id)).toBe(false)
      tickets.set(id, at(made, 'ticket', 'created_at'))
      count += 1
      if (count === wanted) void twin.kill()
    })
  }

  await using twin = await startKillable(program, folder.path, hooks.url)
  expect(tickets.size).toBeGreaterThan(4 * 12)
  for (const [id, createdAt] of tickets) {
    expect([id, at(await twin.ask('GET', `/tickets/${id}`), 'ticket', 'created_at')]).toEqual([id, createdAt])
  }
  const announced = new Set(hooks.received.map(({ json }) => Number(text(json, 'detail', 'id'))))
  expect(announced.size).toBeGreaterThan(tickets.size / 2)
  for (const id of announced) expect(number(await twin.ask('GET', `/tickets/${id}`), 'ticket', 'id')).toBe(id)
})
