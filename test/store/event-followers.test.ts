import { describe, expect, test } from 'vitest'
import type { StoreEvent } from '../../store/change.ts'
import { type About, Followers, isAbout } from '../../store/event-followers.ts'

const eventOf = (rowId: string, thread: Partial<Pick<StoreEvent, 'conversationId' | 'ticketId'>> = {}): StoreEvent => ({
  cursor: '',
  workspaceId: 'w',
  integrationId: null,
  provider: null,
  kind: 'message',
  op: 'created',
  rowId,
  conversationId: null,
  ticketId: null,
  origin: 'webhook',
  at: new Date(0),
  ...thread,
})

const follower = (name: string, ...about: readonly About[]) => ({ name, about })
const ofRow = (id: string): About => ({ of: 'rowId', id })
const ofConversation = (id: string): About => ({ of: 'conversationId', id })

describe('followers of a workspace', () => {
  const any = follower('any')
  const one = follower('one', ofRow('1'))
  const two = follower('two', ofRow('2'))
  const talk = follower('talk', ofConversation('1'))
  const talkAndRow = follower('talk and row', ofConversation('1'), ofRow('2'))
  const filled = () => {
    const followers = new Followers<typeof any>()
    for (const each of [any, one, two, talk, talkAndRow]) followers.add(each)
    return followers
  }
  const names = (found: Iterable<typeof any>) => [...found].map(({ name }) => name).toSorted()

  test('an event finds who follows any row, its row or its thread, and nobody else', () => {
    const followers = filled()
    expect(names(followers.of(eventOf('1')))).toEqual(['any', 'one'])
    expect(names(followers.of(eventOf('3')))).toEqual(['any'])
    expect(names(followers.of(eventOf('3', { conversationId: '1' })))).toEqual(['any', 'talk', 'talk and row'])
    expect(names(followers.of(eventOf('3', { ticketId: '1' })))).toEqual(['any'])
  })

  test('who wants several rows is found by the first, and told apart by all', () => {
    const event = eventOf('3', { conversationId: '1' })
    expect(isAbout(event, talk.about)).toBe(true)
    expect(isAbout(event, talkAndRow.about)).toBe(false)
    expect(isAbout(eventOf('2', { conversationId: '1' }), talkAndRow.about)).toBe(true)
  })

  test('each counts once, and not any more once it has left', () => {
    const followers = filled()
    followers.add(one)
    expect(followers.size).toBe(5)
    expect(names(followers)).toEqual(['any', 'one', 'talk', 'talk and row', 'two'])
    for (const each of [one, one, any, talk]) followers.delete(each)
    expect(followers.size).toBe(2)
    expect(names(followers.of(eventOf('1', { conversationId: '1' })))).toEqual(['talk and row'])
  })

  test('who leaves while an event is handed out does not keep it from the others', () => {
    const followers = filled()
    const handed: string[] = []
    for (const each of followers.of(eventOf('3', { conversationId: '1' }))) {
      handed.push(each.name)
      followers.delete(each)
    }
    expect(handed.toSorted()).toEqual(['any', 'talk', 'talk and row'])
    expect(names(followers)).toEqual(['one', 'two'])
  })
})
