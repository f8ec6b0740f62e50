import { expect, it } from 'vitest'
import { startKillable, writeUntilKilled } from '../killable.ts'
import { at, ids, list, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { stateFolder } from '../state-folder.ts'

const program = new URL('child.ts', import.meta.url)

/** What somebody was told of: the conversation, the part, and when it was made. */
type Told = readonly [conversationId: string, partId: string, createdAt: Json]

/** The newest part of what was answered or announced. */
function newestPart(conversation: Json): Told[] {
  const part = list(conversation, 'conversation_parts', 'conversation_parts').at(-1)
  return part === undefined ? [] : [[text(conversation, 'id'), text(part, 'id'), at(part, 'created_at')]]
}

it('has everything it answered and announced after kill -9 in the middle of work, and no id twice', async () => {
  using folder = stateFolder()
  await using hooks = await receive()
  const answered: Told[] = []
  const opened = new Map<string, Json>()
  for (let round = 0; round < 6; round += 1) {
    await using twin = await startKillable(program, folder.path, hooks.url)
    const admin = text(await twin.ask('GET', '/me'), 'id')
    const contacts = ids(await twin.ask('GET', '/contacts'), 'data')
    const wanted = 15 + round * 4
    let count = 0
    // The kill comes when that many have been answered.
    await writeUntilKilled(twin, contacts.slice(0, 4), async (contactId) => {
      const from = { type: 'user', id: contactId }
      const begun = await twin.ask('POST', '/conversations', { from, body: `Round ${round}` })
      const id = text(begun, 'conversation_id')
      expect(opened.has(id)).toBe(false)
      opened.set(id, at(begun, 'created_at'))
      const reply = { type: 'admin', admin_id: admin, message_type: 'comment', body: `Answer to ${id}` }
      answered.push(...newestPart(await twin.ask('POST', `/conversations/${id}/reply`, reply)))
      count += 1
      if (count === wanted) void twin.kill()
    })
  }

  await using twin = await startKillable(program, folder.path, 'http://127.0.0.1:9/')
  for (const [id, createdAt] of opened) {
    expect([id, at(await twin.ask('GET', `/conversations/${id}`), 'created_at')]).toEqual([id, createdAt])
  }
  const announced = hooks.received.flatMap(({ json }) => {
    if (json === null || at(json, 'topic') === 'ping') return []
    const item = at(json, 'data', 'item')
    return at(item, 'type') === 'conversation' ? newestPart(item) : []
  })
  const told = [...answered, ...announced]
  expect(answered.length).toBeGreaterThan(6 * 15)
  expect(announced.length).toBeGreaterThan(answered.length)
  const parts = new Map<string, Told>()
  for (const id of new Set(told.map(([conversationId]) => conversationId))) {
    const whole = await twin.ask('GET', `/__twin/conversations/${id}/parts`)
    for (const part of list(whole, 'parts')) parts.set(text(part, 'id'), [id, text(part, 'id'), at(part, 'created_at')])
  }
  // An id that was used twice would stand for two of these, and only one of them is there.
  expect(told.filter((one) => JSON.stringify(parts.get(one[1])) !== JSON.stringify(one))).toEqual([])
  const notifications = hooks.received.flatMap(({ json }) => {
    const isFirst = json !== null && at(json, 'topic') !== 'ping' && at(json, 'delivery_attempts') === 1
    return isFirst ? [text(json, 'id')] : []
  })
  expect(new Set(notifications).size).toBe(notifications.length)
})
