import { expect, it } from 'vitest'
import { startKillable, writeUntilKilled } from '../killable.ts'
import { at, list, number, receive } from '../probe.ts'
import type { Json } from '../probe.ts'
import { stateFolder } from '../state-folder.ts'

const program = new URL('child.ts', import.meta.url)

it('has everything it answered and announced after kill -9 in the middle of work, and no id twice', async () => {
  using folder = stateFolder()
  await using hooks = await receive()
  const tickets = new Map<number, Json>()
  const replies = new Map<number, [ticketId: number, createdAt: Json]>()
  const announced = () => new Set(hooks.received.map(({ json }) => number(json, 'freshdesk_webhook', 'ticket_id')))
  for (let round = 0; round < 5; round += 1) {
    await using twin = await startKillable(program, folder.path, hooks.url)
    const wanted = 12 + round * 4
    const toAnnounce = announced().size + wanted
    let count = 0
    // The kill comes when that many have been answered, and as many tickets more have been announced.
    await writeUntilKilled(twin, [1, 2, 3, 4], async (writer) => {
      const email = `writer${writer}@example.com`
      const made = await twin.ask('POST', '/tickets', { email, subject: `Round ${round}`, description: 'Hi' })
      const id = number(made, 'id')
      expect(tickets.has(id)).toBe(false)
      tickets.set(id, at(made, 'created_at'))
      const reply = await twin.ask('POST', `/tickets/${id}/reply`, { body: `Answer to ${id}` })
      expect(replies.has(number(reply, 'id'))).toBe(false)
      replies.set(number(reply, 'id'), [id, at(reply, 'created_at')])
      count += 1
      if (count >= wanted && announced().size >= toAnnounce) void twin.kill()
    })
  }

  await using twin = await startKillable(program, folder.path, hooks.url)
  expect(replies.size).toBeGreaterThan(5 * 12)
  for (const [id, createdAt] of tickets) {
    expect([id, at(await twin.ask('GET', `/tickets/${id}`), 'created_at')]).toEqual([id, createdAt])
  }
  for (const [id, [ticketId, createdAt]] of replies) {
    const said = list(await twin.ask('GET', `/tickets/${ticketId}/conversations?per_page=100`))
    expect(said.find((one) => at(one, 'id') === id)).toMatchObject({ ticket_id: ticketId, created_at: createdAt })
  }
  expect(announced().size).toBeGreaterThan(5 * 12)
  for (const id of announced()) expect(number(await twin.ask('GET', `/tickets/${id}`), 'id')).toBe(id)
})
